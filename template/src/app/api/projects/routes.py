"""The operations on projects (sample: yours after the first render)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.api.caller import CurrentCaller
from app.api.idempotency.service import OnlyOnce
from app.api.layers.conditional import IfMatch
from app.api.layers.operation import Operation
from app.api.layers.problems import documented
from app.api.lists import encode_row, read_page
from app.api.projects import service
from app.api.projects.schemas import ProjectBody, ProjectInput, ProjectPage, ProjectPatch, ProjectQuery
from app.api.projects.tables import Project
from app.api.runtime import runtime_of
from app.kit import problems as kinds
from app.kit.versions import entity_tag

router = APIRouter(prefix="/projects", tags=["projects"], route_class=Operation)

_ONE = documented(kinds.NOT_FOUND)
_CHANGE = documented(kinds.NOT_FOUND, kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED)


@router.get("", response_model=ProjectPage)
async def list_projects(request: Request, caller: CurrentCaller, query: Annotated[ProjectQuery, Query()]) -> Response:
    """Projects of the caller's organization, a page at a time."""
    runtime = runtime_of(request)
    async with runtime.database.transaction() as session:
        return await read_page(session, service.rows, query, caller, runtime.settings.core)


@router.post("", status_code=201, response_model=ProjectBody, responses=documented(kinds.IN_PROGRESS))
async def create_project(request: Request, caller: CurrentCaller, body: ProjectInput, once: OnlyOnce) -> Response:
    """Make a project; with an Idempotency-Key at most once."""
    async with runtime_of(request).database.transaction() as session:

        async def work() -> Response:
            made = await service.create_project(session, caller, body.model_dump())
            return _reply(made, status=201, location=f"{request.url.path}/{made.id}")

        return await once.run(session, work)


@router.get("/{id:uuid}", response_model=ProjectBody, responses=_ONE)
async def read_project(request: Request, caller: CurrentCaller, id: UUID) -> Response:
    """One project."""
    async with runtime_of(request).database.transaction() as session:
        row = await service.read_project(session, caller, id)
    headers = {"ETag": entity_tag(row["version"])}
    return Response(encode_row(row, service.rows.columns), headers=headers, media_type="application/json")


@router.put("/{id:uuid}", response_model=ProjectBody, responses=_CHANGE)
async def replace_project(
    request: Request, caller: CurrentCaller, id: UUID, body: ProjectInput, if_match: IfMatch
) -> Response:
    """Replace a project; a field left out gets its default."""
    async with runtime_of(request).database.transaction() as session:
        return _reply(await service.change_project(session, caller, id, if_match, body.model_dump()))


@router.patch("/{id:uuid}", response_model=ProjectBody, responses=_CHANGE)
async def update_project(
    request: Request, caller: CurrentCaller, id: UUID, body: ProjectPatch, if_match: IfMatch
) -> Response:
    """Change the given fields of a project (JSON merge patch)."""
    values = body.model_dump(exclude_unset=True)
    async with runtime_of(request).database.transaction() as session:
        return _reply(await service.change_project(session, caller, id, if_match, values))


@router.delete("/{id:uuid}", status_code=204, response_class=Response, responses=_CHANGE)
async def delete_project(request: Request, caller: CurrentCaller, id: UUID, if_match: IfMatch) -> Response:
    """Delete a project softly: `restore` brings it back."""
    async with runtime_of(request).database.transaction() as session:
        await service.delete_project(session, caller, id, if_match)
    return Response(status_code=204)


@router.post("/{id:uuid}/restore", response_model=ProjectBody, responses=_ONE)
async def restore_project(request: Request, caller: CurrentCaller, id: UUID) -> Response:
    """Bring a deleted project back."""
    async with runtime_of(request).database.transaction() as session:
        return _reply(await service.restore_project(session, caller, id))


def _reply(project: Project, *, status: int = 200, location: str | None = None) -> Response:
    headers = {"ETag": entity_tag(project.version)} | ({"Location": location} if location else {})
    return Response(encode_row(project, service.rows.columns), status, headers=headers, media_type="application/json")
