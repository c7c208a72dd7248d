"""The operations on projects (sample: yours after the first render)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.api.caller import CurrentCaller
from app.api.idempotency.service import OnlyOnce
from app.api.layers.conditional import IfMatch
from app.api.layers.operation import Operation
from app.api.lists import read_page
from app.api.projects import service
from app.api.projects.schemas import ProjectBody, ProjectInput, ProjectPage, ProjectPatch, ProjectQuery
from app.api.rows import read_row, reply
from app.api.runtime import runtime_of
from app.domain.operations import needs
from app.kit import problems as kinds
from app.kit.problem_schema import documented

router = APIRouter(prefix="/projects", tags=["projects"], route_class=Operation)

_ONE = documented(kinds.NOT_FOUND)
_CHANGE = documented(kinds.NOT_FOUND, kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED)


@router.get("", response_model=ProjectPage, openapi_extra=needs("projects:read"))
async def list_projects(request: Request, caller: CurrentCaller, query: Annotated[ProjectQuery, Query()]) -> Response:
    """Projects of the caller's organization, a page at a time."""
    runtime = runtime_of(request)
    return await read_page(runtime.database, service.rows, query, caller=caller, settings=runtime.settings.core)


@router.post(
    "",
    status_code=201,
    response_model=ProjectBody,
    responses=documented(kinds.IN_PROGRESS),
    openapi_extra=needs("projects:create"),
)
async def create_project(request: Request, caller: CurrentCaller, body: ProjectInput, once: OnlyOnce) -> Response:
    """Make a project; with an Idempotency-Key at most once."""
    async with runtime_of(request).database.transaction() as session:

        async def work() -> Response:
            made = await service.create_project(session, caller, body.model_dump())
            return reply(made, service.rows.columns, status=201, location=f"{request.url.path}/{made.id}")

        return await once.run(session, work)


@router.get("/{id:uuid}", response_model=ProjectBody, responses=_ONE, openapi_extra=needs("projects:read"))
async def read_project(request: Request, caller: CurrentCaller, id: UUID) -> Response:
    """One project."""
    row = await read_row(runtime_of(request).database, service.rows, caller, id)
    return reply(row, service.rows.columns)


@router.put("/{id:uuid}", response_model=ProjectBody, responses=_CHANGE, openapi_extra=needs("projects:update"))
async def replace_project(
    request: Request, caller: CurrentCaller, id: UUID, body: ProjectInput, if_match: IfMatch
) -> Response:
    """Replace a project; a field left out gets its default."""
    async with runtime_of(request).database.transaction() as session:
        return reply(
            await service.change_project(session, caller, id, if_match, body.model_dump()), service.rows.columns
        )


@router.patch("/{id:uuid}", response_model=ProjectBody, responses=_CHANGE, openapi_extra=needs("projects:update"))
async def update_project(
    request: Request, caller: CurrentCaller, id: UUID, body: ProjectPatch, if_match: IfMatch
) -> Response:
    """Change the given fields of a project (JSON merge patch)."""
    values = body.model_dump(exclude_unset=True)
    async with runtime_of(request).database.transaction() as session:
        return reply(await service.change_project(session, caller, id, if_match, values), service.rows.columns)


@router.delete(
    "/{id:uuid}",
    status_code=204,
    response_class=Response,
    responses=_CHANGE,
    openapi_extra=needs("projects:delete"),
)
async def delete_project(request: Request, caller: CurrentCaller, id: UUID, if_match: IfMatch) -> Response:
    """Delete a project softly: `restore` brings it back."""
    async with runtime_of(request).database.transaction() as session:
        await service.delete_project(session, caller, id, if_match)
    return Response(status_code=204)


@router.post("/{id:uuid}/restore", response_model=ProjectBody, responses=_ONE, openapi_extra=needs("projects:delete"))
async def restore_project(request: Request, caller: CurrentCaller, id: UUID) -> Response:
    """Bring a deleted project back."""
    async with runtime_of(request).database.transaction() as session:
        return reply(await service.restore_project(session, caller, id), service.rows.columns)
