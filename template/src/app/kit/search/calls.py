"""What is measured of a request to Elasticsearch or OpenSearch, and what its failures mean (template-owned)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import structlog
from opensearchpy.exceptions import ConnectionTimeout, TransportError
from opentelemetry.trace import SpanKind, StatusCode

from app.kit.metrics import DB_QUERY_SECONDS
from app.kit.trace import current_tracer

_log = structlog.stdlib.get_logger(__name__)
QueryType = Literal["select", "insert", "update", "delete", "other"]
# By these a server that is well says no.
_REFUSALS = (400, 404, 409)


class ServerNotWellError(Exception):
    """The server did not answer, or said that it can't."""


class TooSlowError(ServerNotWellError):
    """It did not answer in time."""


@contextmanager
def measured(query_type: QueryType, operation: str) -> Iterator[None]:
    """Around one request: its time, and its span where the request that it is part of is recorded.

    Raises:
        ServerNotWellError: instead of the client's own, where the server is not well.
    """
    tracer, began = current_tracer.get(), time.perf_counter()
    attributes = {"db.system.name": "elasticsearch", "db.operation.name": operation}
    span = tracer.start_span(operation, kind=SpanKind.CLIENT, attributes=attributes) if tracer else None
    try:
        yield
    except TransportError as error:
        if span:
            span.set_status(StatusCode.ERROR)
            span.set_attribute("error.type", str(error.status_code))
        if error.status_code in _REFUSALS:
            raise
        reason = f"{type(error).__name__} {error.status_code} {error.error}"[:200]
        _log.warning("Elasticsearch does not answer", operation=operation, error=reason)
        raise (TooSlowError if isinstance(error, ConnectionTimeout) else ServerNotWellError)(reason) from error
    finally:
        DB_QUERY_SECONDS.labels(query_type).observe(time.perf_counter() - began)
        if span:
            span.end()
