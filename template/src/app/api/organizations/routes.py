"""The operations on the caller's organization (template-owned)."""

from fastapi import APIRouter, Request, Response

from app.api.access import needs, open_to
from app.api.caller import CurrentCaller
from app.api.layers.conditional import IfMatch
from app.api.layers.operation import Operation
from app.api.layers.problems import documented
from app.api.organizations import service
from app.api.organizations.schemas import OrganizationBody, OrganizationPatch
from app.api.rows import reply
from app.api.runtime import runtime_of
from app.kit import problems as kinds

router = APIRouter(prefix="/organizations", tags=["organizations"], route_class=Operation)

_ONE = documented(kinds.NOT_FOUND)
_CHANGE = documented(kinds.NOT_FOUND, kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED)


@router.get("/current", response_model=OrganizationBody, responses=_ONE, openapi_extra=open_to("authenticated"))
async def read_current_organization(request: Request, caller: CurrentCaller) -> Response:
    """The caller's organization."""
    row = await runtime_of(request).database.read(lambda c: service.read_organization(c, caller.organization_id))
    return reply(row, service.columns)


@router.patch("/current", response_model=OrganizationBody, responses=_CHANGE, openapi_extra=needs("org:update"))
async def update_current_organization(
    request: Request, caller: CurrentCaller, body: OrganizationPatch, if_match: IfMatch
) -> Response:
    """Change the caller's organization (JSON merge patch)."""
    values = body.model_dump(exclude_unset=True)
    async with runtime_of(request).database.transaction() as session:
        return reply(await service.change_organization(session, caller, if_match, values), service.columns)
