"""What serves the embedded store's links: uploads and downloads, with limits of their own (template-owned)."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse

from app.api.layers.operation import Operation
from app.api.patience import grant_time
from app.api.runtime import runtime_of
from app.api.storage.folder import FolderStore
from app.api.storage.schemas import LinkQuery
from app.api.storage.stores import store_of
from app.domain.access import not_found
from app.domain.operations import open_to
from app.domain.storage import LONGEST_TRANSFER
from app.kit.bodies import check_media_type, too_late
from app.kit.storage.links import SERVED_AT, read_grant
from app.kit.storage.names import attachment_disposition

# In no document: elsewhere the store itself answers, and a link says all there is to know.
router = APIRouter(prefix=SERVED_AT, tags=["storage"], route_class=Operation, include_in_schema=False)
_SECONDS = LONGEST_TRANSFER.total_seconds()
_TO_ANSWER_SECONDS = 5.0
Link = Annotated[LinkQuery, Query()]


@router.put("", openapi_extra=open_to("public"), response_class=Response)
async def put_object(request: Request, query: Link) -> Response:
    """Take the bytes of an upload."""
    store = _folder_of(request)
    grant = read_grant(query.token, "PUT", store.keys())
    check_media_type(request.headers.get("content-type", ""), (grant.content_type,))
    grant_time(request.scope, _SECONDS + _TO_ANSWER_SECONDS)
    try:
        async with asyncio.timeout(_SECONDS):
            await store.write(grant, request.stream())
    except TimeoutError:
        raise too_late() from None
    return Response()


@router.get("", openapi_extra=open_to("public"), response_class=Response)
async def get_object(request: Request, query: Link) -> Response:
    """Give the bytes of an object, to be kept and not shown."""
    store = _folder_of(request)
    grant = read_grant(query.token, "GET", store.keys())
    path = store.path_of(grant.key)
    if not await asyncio.to_thread(path.is_file):
        raise not_found()
    grant_time(request.scope, _SECONDS)
    return FileResponse(
        path,
        media_type=grant.content_type,
        headers={"Content-Disposition": attachment_disposition(grant.name), "Cache-Control": "private, no-store"},
    )


def _folder_of(request: Request) -> FolderStore:
    store = store_of(runtime_of(request))
    if not isinstance(store, FolderStore):
        raise not_found()
    return store
