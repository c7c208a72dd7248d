"""The operations on users (template-owned)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.api.caller import CurrentCaller
from app.api.layers.conditional import IfMatch
from app.api.layers.operation import Operation
from app.api.lists import read_page
from app.api.rows import read_row, reply
from app.api.runtime import runtime_of
from app.api.users import service
from app.api.users.schemas import UserBody, UserPage, UserPatch, UserQuery
from app.domain.operations import needs
from app.domain.users import check_change
from app.kit import problems as kinds
from app.kit.problem_schema import documented
from app.kit.versions import check_if_match

router = APIRouter(prefix="/users", tags=["users"], route_class=Operation)

_CHANGE = documented(kinds.NOT_FOUND, kinds.CONFLICT, kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED)


@router.get("", response_model=UserPage, openapi_extra=needs("users:read"))
async def list_users(request: Request, caller: CurrentCaller, query: Annotated[UserQuery, Query()]) -> Response:
    """Users of the caller's organization, a page at a time."""
    runtime = runtime_of(request)
    return await read_page(runtime.database, service.rows, query, caller=caller, settings=runtime.settings.core)


@router.get(
    "/{id:uuid}", response_model=UserBody, responses=documented(kinds.NOT_FOUND), openapi_extra=needs("users:read")
)
async def read_user(request: Request, caller: CurrentCaller, id: UUID) -> Response:
    """One user."""
    row = await read_row(runtime_of(request).database, service.rows, caller, id)
    return reply(row, service.rows.columns)


@router.patch("/{id:uuid}", response_model=UserBody, responses=_CHANGE, openapi_extra=needs("users:update"))
async def update_user(
    request: Request, caller: CurrentCaller, id: UUID, body: UserPatch, if_match: IfMatch
) -> Response:
    """Change a user's role or activity (JSON merge patch); takes effect on the user's next request."""
    runtime, values = runtime_of(request), body.model_dump(exclude_unset=True)
    async with runtime.database.transaction() as session:
        held = await service.hold_user(session, caller, id)
        check_change(caller, held, values)
        check_if_match(if_match, held.version)
        changed = await service.change_user(session, runtime.gate, held, caller=caller, values=values)
        return reply(changed, service.rows.columns)
