"""What serves the embedded store's links: uploads and downloads, with limits of their own (template-owned)."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.http import FileResponse, HttpResponse
from rest_framework.request import Request

from app.apps.rest.operations import OperationView, operation
from app.apps.runtime import grant_time
from app.apps.storage.folder import FolderStorage
from app.apps.storage.serializers import LinkQuery
from app.apps.storage.stores import the_store
from app.domain.access import not_found
from app.domain.operations import open_to
from app.domain.storage import LONGEST_TRANSFER
from app.kit.bodies import check_media_type
from app.kit.problems import UNAVAILABLE, ProblemError
from app.kit.storage.links import read_grant
from app.kit.storage.names import attachment_disposition

# Each keeps a thread: however slowly clients send, the others are left to the rest of the service.
MOST_UPLOADS = 4
_places = BoundedSemaphore(MOST_UPLOADS)


class Transfers(OperationView):
    """In no document: elsewhere the store itself answers, and a link says all there is to know."""

    schema = None

    @operation("put_object", open_to("public"), query=LinkQuery)
    def put(self, request: Request) -> HttpResponse:
        """Take the bytes of an upload."""
        store = _folder()
        grant = read_grant(self.query["token"], "PUT", store.keys())
        check_media_type(request.META.get("CONTENT_TYPE") or "", (grant.content_type,))
        with _a_place():
            grant_time(request.META, LONGEST_TRANSFER.total_seconds())
            store.write(grant, request.META["wsgi.input"])
        return HttpResponse(status=200)

    @operation("get_object", open_to("public"), query=LinkQuery)
    def get(self, request: Request) -> FileResponse:
        """Give the bytes of an object, to be kept and not shown."""
        store = _folder()
        grant = read_grant(self.query["token"], "GET", store.keys())
        if not store.exists(grant.key):
            raise not_found()
        response = FileResponse(store.open(grant.key), content_type=grant.content_type)
        response["Content-Disposition"] = attachment_disposition(grant.name)
        response["Cache-Control"] = "private, no-store"
        return response


@contextmanager
def _a_place() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise ProblemError(UNAVAILABLE, "Too many uploads are under way; try again soon.", headers={"Retry-After": "2"})
    try:
        yield
    finally:
        _places.release()


def _folder() -> FolderStorage:
    store = the_store()
    if not isinstance(store, FolderStorage):
        raise not_found()
    return store
