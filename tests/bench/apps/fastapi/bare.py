"""The tasks' routes without a layer: the service's own statements and JSON; no edge, no token, no Redis.

Runs in a rendered service's environment, as what `serve` is compared with.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import NAMESPACE_DNS, UUID, uuid5

from app.api.lists import read_page
from app.api.postgres.database import open_database
from app.api.rows import read_row, reply
from app.api.slices import import_tables
from app.api.tasks import service
from app.api.tasks.schemas import TaskInput, TaskQuery
from app.components import load_settings
from app.domain.caller import Caller
from fastapi import FastAPI, Query, Response

import_tables()
settings = load_settings().core
database = open_database(settings)
# Whose token the service as rendered gets: Acme's OrgAdmin.
user, organization = (uuid5(NAMESPACE_DNS, name) for name in ("admin@acme.example", "acme.example"))
caller = Caller(user, organization, "OrgAdmin", UUID(int=0))


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    await database.close()


app = FastAPI(lifespan=lifespan, openapi_url=None)


@app.get("/health/live")
async def live() -> Response:
    return Response(b'{"status":"ok"}', media_type="application/json")


@app.get("/api/v1/tasks")
async def list_tasks(query: Annotated[TaskQuery, Query()]) -> Response:
    return await read_page(database, service.rows, query, caller=caller, settings=settings)


@app.get("/api/v1/tasks/{task_id}")
async def read_task(task_id: UUID) -> Response:
    row = await read_row(database, service.rows, caller, task_id)
    return reply(row, service.rows.columns)


@app.post("/api/v1/tasks", status_code=201)
async def create_task(body: TaskInput) -> Response:
    async with database.transaction() as session:
        made = await service.create_task(session, caller, body.model_dump())
        return reply(made, service.rows.columns, status=201)
