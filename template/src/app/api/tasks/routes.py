"""The operations on tasks (sample: yours after the first render)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.api.caller import CurrentCaller
from app.api.idempotency.service import OnlyOnce
from app.api.layers.conditional import IfMatch
from app.api.layers.operation import Operation
from app.api.lists import read_page
from app.api.rows import read_row, reply
from app.api.runtime import runtime_of
from app.api.tasks import service
from app.api.tasks.schemas import TaskAssignment, TaskBody, TaskInput, TaskPage, TaskPatch, TaskQuery
from app.domain.operations import needs
from app.kit import problems as kinds
from app.kit.problem_schema import documented

router = APIRouter(prefix="/tasks", tags=["tasks"], route_class=Operation)

_ONE = documented(kinds.NOT_FOUND)
_CHANGE = documented(kinds.NOT_FOUND, kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED)
_RESTORE = documented(kinds.NOT_FOUND, kinds.CONFLICT)


@router.get("", response_model=TaskPage, openapi_extra=needs("tasks:read"))
async def list_tasks(request: Request, caller: CurrentCaller, query: Annotated[TaskQuery, Query()]) -> Response:
    """Tasks of the caller's organization, a page at a time."""
    runtime = runtime_of(request)
    return await read_page(runtime.database, service.rows, query, caller=caller, settings=runtime.settings.core)


@router.post(
    "",
    status_code=201,
    response_model=TaskBody,
    responses=documented(kinds.IN_PROGRESS),
    openapi_extra=needs("tasks:create"),
)
async def create_task(request: Request, caller: CurrentCaller, body: TaskInput, once: OnlyOnce) -> Response:
    """Make a task; with an Idempotency-Key at most once."""
    async with runtime_of(request).database.transaction() as session:

        async def work() -> Response:
            made = await service.create_task(session, caller, body.model_dump())
            return reply(made, service.rows.columns, status=201, location=f"{request.url.path}/{made.id}")

        return await once.run(session, work)


@router.get("/{id:uuid}", response_model=TaskBody, responses=_ONE, openapi_extra=needs("tasks:read"))
async def read_task(request: Request, caller: CurrentCaller, id: UUID) -> Response:
    """One task."""
    row = await read_row(runtime_of(request).database, service.rows, caller, id)
    return reply(row, service.rows.columns)


@router.put("/{id:uuid}", response_model=TaskBody, responses=_CHANGE, openapi_extra=needs("tasks:update"))
async def replace_task(
    request: Request, caller: CurrentCaller, id: UUID, body: TaskInput, if_match: IfMatch
) -> Response:
    """Replace a task; a field left out gets its default."""
    async with runtime_of(request).database.transaction() as session:
        return reply(await service.change_task(session, caller, id, if_match, body.model_dump()), service.rows.columns)


@router.patch("/{id:uuid}", response_model=TaskBody, responses=_CHANGE, openapi_extra=needs("tasks:update"))
async def update_task(
    request: Request, caller: CurrentCaller, id: UUID, body: TaskPatch, if_match: IfMatch
) -> Response:
    """Change the given fields of a task (JSON merge patch)."""
    values = body.model_dump(exclude_unset=True)
    async with runtime_of(request).database.transaction() as session:
        return reply(await service.change_task(session, caller, id, if_match, values), service.rows.columns)


@router.post("/{id:uuid}/assign", response_model=TaskBody, responses=_CHANGE, openapi_extra=needs("tasks:update"))
async def assign_task(
    request: Request, caller: CurrentCaller, id: UUID, body: TaskAssignment, if_match: IfMatch
) -> Response:
    """Give a task to somebody, or take it from everybody."""
    async with runtime_of(request).database.transaction() as session:
        return reply(await service.change_task(session, caller, id, if_match, body.model_dump()), service.rows.columns)


@router.delete(
    "/{id:uuid}",
    status_code=204,
    response_class=Response,
    responses=_CHANGE,
    openapi_extra=needs("tasks:delete"),
)
async def delete_task(request: Request, caller: CurrentCaller, id: UUID, if_match: IfMatch) -> Response:
    """Delete a task softly: `restore` brings it back."""
    async with runtime_of(request).database.transaction() as session:
        await service.delete_task(session, caller, id, if_match)
    return Response(status_code=204)


@router.post("/{id:uuid}/restore", response_model=TaskBody, responses=_RESTORE, openapi_extra=needs("tasks:delete"))
async def restore_task(request: Request, caller: CurrentCaller, id: UUID) -> Response:
    """Bring a deleted task back, unless its project is deleted."""
    async with runtime_of(request).database.transaction() as session:
        return reply(await service.restore_task(session, caller, id), service.rows.columns)
