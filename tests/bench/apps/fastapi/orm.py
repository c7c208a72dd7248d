"""The tasks' routes as they are usually written, without a layer.

ORM entities of its own, a session by dependency, response_model, SQLAlchemy's default pool. Runs in a
rendered service's environment.
"""

import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal
from uuid import NAMESPACE_DNS, UUID, uuid4, uuid5

from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import DateTime, FetchedValue, func, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ORGANIZATION = uuid5(NAMESPACE_DNS, "acme.example")
USER = uuid5(NAMESPACE_DNS, "admin@acme.example")

engine = create_async_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"))
make_session = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Project(Base):
    __tablename__ = "projects"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    deleted_at: Mapped[datetime | None]


class Task(Base):
    __tablename__ = "tasks"
    __mapper_args__ = {"eager_defaults": True}

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=FetchedValue())
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    deleted_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]
    updated_by: Mapped[UUID | None]
    organization_id: Mapped[UUID]
    project_id: Mapped[UUID]
    title: Mapped[str]
    description: Mapped[str]
    status: Mapped[str]
    priority: Mapped[str]
    assignee_id: Mapped[UUID | None]
    due_at: Mapped[datetime | None]


class OutboxEvent(Base):
    __tablename__ = "outbox"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    organization_id: Mapped[UUID]
    actor_id: Mapped[UUID | None]
    resource: Mapped[str]
    resource_id: Mapped[UUID]
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=func.now())
    data: Mapped[dict[str, object]] = mapped_column(JSONB)


class TaskIn(BaseModel):
    project_id: UUID
    title: str = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=5000)
    status: Literal["todo", "doing", "done"] = "todo"
    priority: Literal["low", "normal", "high"] = "normal"
    assignee_id: UUID | None = None
    due_at: datetime | None = None


class TaskOut(TaskIn):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    created_by: UUID | None
    updated_by: UUID | None


class TaskPage(BaseModel):
    items: list[TaskOut]
    next_cursor: str | None


async def get_session() -> AsyncIterator[AsyncSession]:
    async with make_session() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]


@app.get("/health/live")
async def live() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/api/v1/tasks", response_model=TaskPage)
async def list_tasks(
    session: Session, limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: str | None = None
) -> object:
    statement = select(Task).where(Task.organization_id == ORGANIZATION, Task.deleted_at.is_(None))
    if cursor is not None:
        created_at, _, last = cursor.partition("_")
        after = (datetime.fromisoformat(created_at), UUID(last))
        statement = statement.where(tuple_(Task.created_at, Task.id) < after)
    statement = statement.order_by(Task.created_at.desc(), Task.id.desc()).limit(limit + 1)
    found = list(await session.scalars(statement))
    items = found[:limit]
    more = f"{items[-1].created_at.isoformat()}_{items[-1].id}" if len(found) > limit else None
    return {"items": items, "next_cursor": more}


@app.get("/api/v1/tasks/{task_id}", response_model=TaskOut)
async def read_task(session: Session, task_id: UUID) -> object:
    statement = select(Task).where(
        Task.id == task_id, Task.organization_id == ORGANIZATION, Task.deleted_at.is_(None)
    )
    found = await session.scalar(statement)
    if found is None:
        raise HTTPException(404)
    return found


@app.post("/api/v1/tasks", response_model=TaskOut, status_code=201)
async def create_task(session: Session, body: TaskIn) -> object:
    made = await add_task(session, body)
    await session.commit()
    return made


@app.post("/api/v1/tasks/with-event", response_model=TaskOut, status_code=201)
async def create_task_with_event(session: Session, body: TaskIn) -> object:
    made = await add_task(session, body)
    await session.flush()
    event = OutboxEvent(
        name="task.created",
        organization_id=ORGANIZATION,
        actor_id=USER,
        resource="task",
        resource_id=made.id,
        version=made.version,
        data=body.model_dump(mode="json"),
    )
    session.add(event)
    await session.commit()
    return made


async def add_task(session: AsyncSession, body: TaskIn) -> Task:
    project = await session.get(Project, body.project_id)
    if project is None or project.organization_id != ORGANIZATION or project.deleted_at is not None:
        raise HTTPException(422, "no such project")
    made = Task(**body.model_dump(), organization_id=ORGANIZATION, created_by=USER, updated_by=USER)
    session.add(made)
    return made
