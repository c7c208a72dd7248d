"""The operations on the caller's organization (template-owned)."""

from fastapi import APIRouter, Request, Response

from app.api.caller import CurrentCaller
from app.api.layers.conditional import IfMatch
from app.api.layers.operation import Operation
from app.api.organizations import service
from app.api.organizations.schemas import OrganizationBody, OrganizationPatch
from app.api.rows import reply
from app.api.runtime import runtime_of
from app.domain.operations import needs, open_to
from app.kit import problems as kinds
from app.kit.problem_schema import documented
from app.kit.strict_json import write_json
from app.kit.versions import entity_tag

router = APIRouter(prefix="/organizations", tags=["organizations"], route_class=Operation)

_ONE = documented(kinds.NOT_FOUND)
_CHANGE = documented(kinds.NOT_FOUND, kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED)


@router.get("/current", response_model=OrganizationBody, responses=_ONE, openapi_extra=open_to("authenticated"))
async def read_current_organization(request: Request, caller: CurrentCaller) -> Response:
    """The caller's organization."""
    found = await service.read_organization(runtime_of(request), caller.organization_id)
    return Response(write_json(found), headers={"ETag": entity_tag(found["version"])}, media_type="application/json")


@router.patch("/current", response_model=OrganizationBody, responses=_CHANGE, openapi_extra=needs("org:update"))
async def update_current_organization(
    request: Request, caller: CurrentCaller, body: OrganizationPatch, if_match: IfMatch
) -> Response:
    """Change the caller's organization (JSON merge patch)."""
    runtime, values = runtime_of(request), body.model_dump(exclude_unset=True)
    async with runtime.database.transaction() as session:
        changed = await service.change_organization(
            session, runtime.organizations, caller=caller, if_match=if_match, values=values
        )
        return reply(changed, service.columns)
