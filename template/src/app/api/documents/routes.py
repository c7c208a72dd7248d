"""The operation on the audit trail (template-owned; contract, "GET /audit")."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.caller import CurrentCaller
from app.api.documents.schemas import AuditPage, AuditQuery
from app.api.documents.trails import trail_of
from app.api.layers.operation import Operation
from app.api.runtime import runtime_of
from app.domain.documents import Wanted, cursors_of, page_of, select_entries
from app.domain.operations import needs
from app.kit.strict_json import write_json

router = APIRouter(prefix="/audit", tags=["audit"], route_class=Operation)


@router.get("", response_model=AuditPage, openapi_extra=needs("audit:read"))
async def list_audit_entries(
    request: Request, caller: CurrentCaller, query: Annotated[AuditQuery, Query()]
) -> Response:
    """Who changed what in the caller's organization, newest first, a page at a time."""
    runtime = runtime_of(request)
    wanted = Wanted(query.resource, query.id)
    codec = cursors_of(caller, wanted, runtime.settings.core)
    selection = select_entries(caller, wanted, codec, cursor=query.cursor, limit=query.limit)
    found = await trail_of(runtime).read(selection)
    return Response(write_json(page_of(found, query.limit, codec)), media_type="application/json")
