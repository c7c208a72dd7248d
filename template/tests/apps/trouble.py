"""Paths beside the service's own that go wrong in each way that one can (template-owned)."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from app.apps.runtime import process
from app.site.urls import urlpatterns as own


def broken(_: HttpRequest) -> HttpResponse:
    raise LookupError("hunter2")


def breaks_off(_: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        yield b"first part"
        raise LookupError("hunter2")

    return StreamingHttpResponse(parts())


def slow_statement(_: HttpRequest) -> HttpResponse:
    # For this transaction alone: the connection goes back to the pool.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '100ms'")
        cursor.execute("SELECT pg_sleep(30)")
    return HttpResponse()


def wrong_statement(_: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'hunter2' FROM nowhere WHERE a = %s", ["hunter2"])
    return HttpResponse()


def own_span(_: HttpRequest) -> HttpResponse:
    assert process.tracer is not None
    with process.tracer.start_as_current_span("work of your own"), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse()


_VIEWS = (broken, breaks_off, slow_statement, wrong_statement, own_span)
urlpatterns = [*own, *(path(f"trouble/{view.__name__}", view) for view in _VIEWS)]
