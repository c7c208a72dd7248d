"""The operations on the attachments of a resource (template-owned; contract, "POST /{plural}/{id}/attachments")."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, path
from rest_framework.request import Request

from app.apps.idempotency.services import once
from app.apps.rest.authentication import caller_of
from app.apps.rest.operations import OperationView, operation
from app.apps.rest.pagination import KeysetPagination, PageQuery
from app.apps.rest.renderers import json_reply, row_reply
from app.apps.runtime import service_settings
from app.apps.storage import services
from app.apps.storage.completion import complete
from app.apps.storage.models import Attachment
from app.apps.storage.selectors import attachments_of, find_parent, read_attachment, rows
from app.apps.storage.serializers import AttachmentBody, AttachmentInput, AttachmentPage, DownloadLink, NewAttachment
from app.apps.storage.stores import the_store
from app.components.storage import StorageSettings
from app.domain.operations import needs
from app.domain.storage import Parent, check_announcement, download_of, list_of, upload_of
from app.kit import problems as kinds
from app.kit.problem_schema import documented
from app.kit.resource import Resource

_ABSENT = documented(kinds.NOT_FOUND)
_ABSENT_OR_STATE = documented(kinds.NOT_FOUND, kinds.CONFLICT)


def paths_of(resource: Resource) -> list[URLPattern]:
    """The paths of the attachments of one resource."""
    start = f"{resource.plural}/<row:id>/attachments"
    one = f"{start}/<row:attachment_id>"
    return [
        path(start, _all(resource).as_view()),
        path(one, _one(resource).as_view()),
        path(f"{one}/complete", _completion(resource).as_view()),
        path(f"{one}/download", _download(resource).as_view()),
    ]


def _all(resource: Resource) -> type[OperationView]:
    read, change = needs(f"{resource.plural}:read"), needs(f"{resource.plural}:update")
    name = f"{resource.name}_attachment"

    class All(OperationView):
        """Those of one row."""

        @operation(f"list_{name}s", read, query=PageQuery, reply=AttachmentPage, answers=_ABSENT)
        def get(self, request: Request, id: UUID) -> HttpResponse:
            """Attachments of a row, the newest first, a page at a time."""
            caller = caller_of(request)
            pages = KeysetPagination(list_of(caller, Parent(resource.name, id)))
            # What is wrong with the request is told before what is wrong with the row.
            pages.position(self)
            parent = find_parent(resource, caller, id, "read")
            found = attachments_of(caller, parent).values(*rows.columns)
            return pages.get_paginated_response(pages.paginate_queryset(found, request, self))

        @operation(
            f"create_{name}",
            change,
            body=AttachmentInput,
            reply=NewAttachment,
            status=201,
            answers=_ABSENT_OR_STATE,
            headers=("Idempotency-Key",),
        )
        def post(self, request: Request, id: UUID) -> HttpResponse:
            """Announce a file; `upload` says how to send it. With an Idempotency-Key at most once."""
            caller = caller_of(request)
            check_announcement(self.body, most_bytes=service_settings().of(StorageSettings).storage_max_bytes)
            parent = find_parent(resource, caller, id, "update")
            the_store().prepare()
            with transaction.atomic():
                return once(request, self.document).run(
                    lambda: _announced(request, services.announce(caller, parent, self.body))
                )

    return All


def _one(resource: Resource) -> type[OperationView]:
    read, change = needs(f"{resource.plural}:read"), needs(f"{resource.plural}:update")

    class One(OperationView):
        """One of them."""

        @operation(f"read_{resource.name}_attachment", read, reply=AttachmentBody, answers=_ABSENT)
        def get(self, request: Request, id: UUID, attachment_id: UUID) -> HttpResponse:
            """One attachment."""
            caller = caller_of(request)
            parent = find_parent(resource, caller, id, "read")
            return row_reply(rows.shown(read_attachment(caller, parent, attachment_id)))

        @operation(f"delete_{resource.name}_attachment", change, status=204, answers=_ABSENT)
        def delete(self, request: Request, id: UUID, attachment_id: UUID) -> HttpResponse:
            """Delete an attachment and its file; nothing brings it back."""
            caller = caller_of(request)
            parent = find_parent(resource, caller, id, "update")
            with transaction.atomic():
                services.delete_attachment(caller, parent, attachment_id)
            return HttpResponse(status=204)

    return One


def _completion(resource: Resource) -> type[OperationView]:
    change = needs(f"{resource.plural}:update")

    class Completion(OperationView):
        """What ends an upload."""

        @operation(f"complete_{resource.name}_attachment", change, reply=AttachmentBody, answers=_ABSENT_OR_STATE)
        def post(self, request: Request, id: UUID, attachment_id: UUID) -> HttpResponse:
            """Say that the file has been uploaded; `status` then says whether it can be downloaded."""
            caller = caller_of(request)
            parent = find_parent(resource, caller, id, "update")
            return row_reply(rows.shown(complete(caller, parent, attachment_id)))

    return Completion


def _download(resource: Resource) -> type[OperationView]:
    read = needs(f"{resource.plural}:read")

    class Download(OperationView):
        """Where the file is."""

        @operation(f"download_{resource.name}_attachment", read, reply=DownloadLink, answers=_ABSENT_OR_STATE)
        def get(self, request: Request, id: UUID, attachment_id: UUID) -> HttpResponse:
            """A link to the file, good for a while, unless it may not be served."""
            caller = caller_of(request)
            parent = find_parent(resource, caller, id, "read")
            ttl = service_settings().of(StorageSettings).storage_link_ttl
            link = the_store().download_link(download_of(read_attachment(caller, parent, attachment_id), ttl))
            return json_reply({"url": request.build_absolute_uri(link.url), "expires_at": link.expires_at})

    return Download


def _announced(request: Request, made: Attachment) -> HttpResponse:
    link = the_store().upload_link(upload_of(made, service_settings().of(StorageSettings).storage_link_ttl))
    upload = {
        "method": link.method,
        # The service's own links are reached as the service was.
        "url": request.build_absolute_uri(link.url),
        "headers": link.headers,
        "expires_at": link.expires_at,
    }
    return row_reply({**rows.shown(made), "upload": upload}, status=201, location=f"{request.path}/{made.id}")
