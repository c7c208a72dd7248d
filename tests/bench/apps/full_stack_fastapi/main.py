"""The tasks' routes as a service of full-stack-fastapi-template has its own, on the service's tables.

SQLModel and psycopg in threads, SQLAlchemy's default pool, a token by HS256 whose user is read for every
request, lists by offset with a count. Runs in an environment of its packages. `next_cursor`, which they don't
have, is the next offset.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import emails  # noqa: F401 - theirs sends mail, and imports this at its start
import jinja2  # noqa: F401 - as above
import jwt
import sentry_sdk  # noqa: F401 - as above
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from jwt.exceptions import InvalidTokenError
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher
from pydantic import ValidationError
from pydantic_settings import BaseSettings
from sqlalchemy import DateTime
from sqlmodel import Field, Session, SQLModel, col, create_engine, func, select
from starlette.middleware.cors import CORSMiddleware

TOKEN_LIFE = timedelta(days=8)


class Settings(BaseSettings):
    DATABASE_URL: str
    SECRET_KEY: str = "of a benchmark, and as long as it must be"


settings = Settings()
engine = create_engine(settings.DATABASE_URL.replace("postgresql://", "postgresql+psycopg://"))
passwords = PasswordHash((Argon2Hasher(), BcryptHasher()))
app = FastAPI()
app.add_middleware(
    CORSMiddleware,
    allow_origins=["http://localhost:5173"],
    allow_credentials=True,
    allow_methods=["*"],
    allow_headers=["*"],
)


def now() -> datetime:
    return datetime.now(UTC)


class User(SQLModel, table=True):
    __tablename__ = "users"

    id: UUID = Field(primary_key=True)
    email: str
    password_hash: str
    is_active: bool
    organization_id: UUID


class Project(SQLModel, table=True):
    __tablename__ = "projects"

    id: UUID = Field(primary_key=True)
    organization_id: UUID
    deleted_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class TaskCreate(SQLModel):
    project_id: UUID
    title: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=5000)
    status: Literal["todo", "doing", "done"] = "todo"
    priority: Literal["low", "normal", "high"] = "normal"
    assignee_id: UUID | None = None
    due_at: datetime | None = None


class Task(SQLModel, table=True):
    __tablename__ = "tasks"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    version: int = 1
    created_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))
    deleted_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    created_by: UUID | None = None
    updated_by: UUID | None = None
    organization_id: UUID
    project_id: UUID
    title: str
    description: str
    status: str
    priority: str
    assignee_id: UUID | None = None
    due_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class TaskPublic(TaskCreate):
    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    created_by: UUID | None
    updated_by: UUID | None


class TasksPublic(SQLModel):
    items: list[TaskPublic]
    count: int
    next_cursor: str | None


class LogIn(SQLModel):
    username: str
    password: str


class TokenPayload(SQLModel):
    sub: str | None = None


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/login/access-token")


def get_current_user(session: SessionDep, token: Annotated[str, Depends(bearer)]) -> User:
    try:
        payload = TokenPayload(**jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"]))
    except (InvalidTokenError, ValidationError):
        raise HTTPException(403, "Could not validate credentials") from None
    user = session.get(User, payload.sub)
    if user is None:
        raise HTTPException(404, "User not found")
    if not user.is_active:
        raise HTTPException(400, "Inactive user")
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]


@app.get("/health/live")
async def live() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/api/v1/login/access-token")
def log_in(session: SessionDep, form: LogIn) -> dict[str, str]:
    user = session.exec(select(User).where(User.email == form.username)).first()
    if user is None or not passwords.verify(form.password, user.password_hash):
        raise HTTPException(400, "Incorrect email or password")
    claims = {"exp": now() + TOKEN_LIFE, "sub": str(user.id)}
    return {"access_token": jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256")}


@app.get("/api/v1/tasks", response_model=TasksPublic)
def read_tasks(session: SessionDep, user: CurrentUser, cursor: int = 0, limit: int = 20) -> Any:
    mine = (col(Task.organization_id) == user.organization_id, col(Task.deleted_at).is_(None))
    count = session.exec(select(func.count()).select_from(Task).where(*mine)).one()
    statement = select(Task).where(*mine).order_by(col(Task.created_at).desc()).offset(cursor).limit(limit)
    found = [TaskPublic.model_validate(task) for task in session.exec(statement).all()]
    following = cursor + limit
    return TasksPublic(items=found, count=count, next_cursor=str(following) if following < count else None)


@app.get("/api/v1/tasks/{task_id}", response_model=TaskPublic)
def read_task(session: SessionDep, user: CurrentUser, task_id: UUID) -> Any:
    task = session.get(Task, task_id)
    if task is None or task.deleted_at is not None:
        raise HTTPException(404, "Task not found")
    if task.organization_id != user.organization_id:
        raise HTTPException(403, "Not enough permissions")
    return task


@app.post("/api/v1/tasks", response_model=TaskPublic, status_code=201)
def create_task(session: SessionDep, user: CurrentUser, body: TaskCreate) -> Any:
    project = session.get(Project, body.project_id)
    if project is None or project.organization_id != user.organization_id or project.deleted_at is not None:
        raise HTTPException(422, "no such project")
    who = {"organization_id": user.organization_id, "created_by": user.id, "updated_by": user.id}
    task = Task.model_validate(body, update=who)
    session.add(task)
    session.commit()
    session.refresh(task)
    return task
