"""The operations on the attachments of one resource (template-owned; contract, "POST /{plural}/{id}/attachments")."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urljoin
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.api.caller import CurrentCaller
from app.api.idempotency.service import OnlyOnce
from app.api.layers.operation import Operation
from app.api.lists import PageQuery, page_reply
from app.api.rows import reply
from app.api.runtime import runtime_of
from app.api.storage import service
from app.api.storage.completion import complete
from app.api.storage.parents import find_parent
from app.api.storage.schemas import AttachmentBody, AttachmentInput, AttachmentPage, DownloadLink, NewAttachment
from app.api.storage.stores import prefix_of, store_of
from app.components.storage import StorageSettings
from app.domain.caller import Caller
from app.domain.operations import needs
from app.domain.storage import Parent, check_announcement, download_of, list_of, upload_of
from app.kit import problems as kinds
from app.kit.pagination import CursorCodec
from app.kit.permissions import Action
from app.kit.problem_schema import documented
from app.kit.resource import Resource
from app.kit.secret_keys import derived_keys
from app.kit.storage.objects import Link
from app.kit.strict_json import write_json
from app.kit.versions import entity_tag

_CONFLICT = (kinds.CONFLICT,)
_NAMES = tuple(AttachmentBody.model_fields)


class Attachments:
    """The operations, for rows of this resource."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    async def list_all(
        self, request: Request, caller: CurrentCaller, id: UUID, query: Annotated[PageQuery, Query()]
    ) -> Response:
        """Attachments of a row, the newest first, a page at a time."""
        runtime, context = runtime_of(request), list_of(caller, Parent(self._resource.name, id))
        codec = CursorCodec(derived_keys(runtime.settings.core, "cursors"), context)
        # What is wrong with the request is told before what is wrong with the row.
        after = codec.decode(query.cursor) if query.cursor is not None else None
        parent = await self._parent(request, caller, id, "read")
        found = await service.read_page(runtime.database, caller, parent, after, query.limit + 1)
        return page_reply(found, _NAMES, query.limit, codec=codec, key="created_at")

    async def create(
        self, request: Request, caller: CurrentCaller, id: UUID, body: AttachmentInput, once: OnlyOnce
    ) -> Response:
        """Announce a file; `upload` says how to send it. With an Idempotency-Key at most once."""
        runtime, given = runtime_of(request), body.model_dump()
        settings, store = runtime.settings.of(StorageSettings), store_of(runtime)
        check_announcement(given, most_bytes=settings.storage_max_bytes)
        parent = await self._parent(request, caller, id, "update")
        await store.prepare()
        async with runtime.database.transaction() as session:

            async def work() -> Response:
                made = await service.announce(
                    session, caller, parent, given, quota=settings.storage_quota_bytes, below=prefix_of(runtime)
                )
                link = await store.upload_link(upload_of(made, settings.storage_link_ttl))
                return _created(request, made, link)

            return await once.run(session, work)

    async def read(self, request: Request, caller: CurrentCaller, id: UUID, attachment_id: UUID) -> Response:
        """One attachment."""
        parent = await self._parent(request, caller, id, "read")
        row = await service.read_attachment(runtime_of(request).database, caller, parent, attachment_id)
        return reply(row, service.columns)

    async def complete(self, request: Request, caller: CurrentCaller, id: UUID, attachment_id: UUID) -> Response:
        """Say that the file has been uploaded; `status` then says whether it can be downloaded."""
        parent = await self._parent(request, caller, id, "update")
        return reply(await complete(runtime_of(request), caller, parent, attachment_id), service.columns)

    async def download(self, request: Request, caller: CurrentCaller, id: UUID, attachment_id: UUID) -> Response:
        """A link to the file, good for a while, unless it may not be served."""
        runtime, parent = runtime_of(request), await self._parent(request, caller, id, "read")
        row = await service.read_attachment(runtime.database, caller, parent, attachment_id)
        wanted = download_of(row, runtime.settings.of(StorageSettings).storage_link_ttl)
        link = await store_of(runtime).download_link(wanted)
        shown = {"url": _absolute(request, link), "expires_at": link.expires_at}
        return Response(write_json(shown), media_type="application/json")

    async def delete(self, request: Request, caller: CurrentCaller, id: UUID, attachment_id: UUID) -> Response:
        """Delete an attachment and its file; nothing brings it back."""
        parent = await self._parent(request, caller, id, "update")
        async with runtime_of(request).database.transaction() as session:
            await service.delete_attachment(session, caller, parent, attachment_id)
        return Response(status_code=204)

    async def _parent(self, request: Request, caller: Caller, row_id: UUID, action: Action) -> Parent:
        return await find_parent(runtime_of(request).database, self._resource, caller, row_id, action)


def router_on(resource: Resource) -> APIRouter:
    """The router of the attachments of one resource."""
    on = Attachments(resource)
    router = APIRouter(
        prefix=f"/{resource.plural}/{{id:uuid}}/attachments", tags=[resource.plural], route_class=Operation
    )

    def add(method: str, path: str, name: str, endpoint: Callable[..., Any], action: Action, **declared: Any) -> None:
        responses = documented(kinds.NOT_FOUND, *declared.pop("answers", ()))
        access = needs(f"{resource.plural}:{action}")
        name = name.format(f"{resource.name}_attachment")
        declared |= {"methods": [method], "name": name, "responses": responses, "openapi_extra": access}
        router.add_api_route(path, endpoint, **declared)

    one = "/{attachment_id:uuid}"
    add("GET", "", "list_{}s", on.list_all, "read", response_model=AttachmentPage)
    add("POST", "", "create_{}", on.create, "update", answers=_CONFLICT, response_model=NewAttachment, status_code=201)
    add("GET", one, "read_{}", on.read, "read", response_model=AttachmentBody)
    add(
        "POST",
        f"{one}/complete",
        "complete_{}",
        on.complete,
        "update",
        answers=_CONFLICT,
        response_model=AttachmentBody,
    )
    add("GET", f"{one}/download", "download_{}", on.download, "read", answers=_CONFLICT, response_model=DownloadLink)
    add("DELETE", one, "delete_{}", on.delete, "update", status_code=204, response_class=Response)
    return router


def _created(request: Request, row: Any, link: Link) -> Response:
    shown = {name: getattr(row, name) for name in _NAMES}
    upload = {
        "method": link.method,
        "url": _absolute(request, link),
        "headers": link.headers,
        "expires_at": link.expires_at,
    }
    headers = {"ETag": entity_tag(row.version), "Location": f"{request.url.path}/{row.id}"}
    return Response(write_json({**shown, "upload": upload}), 201, headers=headers, media_type="application/json")


def _absolute(request: Request, link: Link) -> str:
    # The service's own links are reached as the service was.
    return urljoin(str(request.base_url), link.url)
