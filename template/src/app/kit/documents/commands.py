"""What is measured of a command to MongoDB: its time and its span, as of an SQL statement (template-owned)."""

import time

from opentelemetry.trace import SpanKind, StatusCode
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from app.kit.metrics import DB_QUERY_SECONDS
from app.kit.trace import current_tracer

_QUERY_TYPES = {"find": "select", "getMore": "select", "aggregate": "select", "count": "select"}
_QUERY_TYPES |= {word: word for word in ("insert", "update", "delete")}


class MeasuredCommands(CommandListener):
    """Give it to a client as one of its `event_listeners`."""

    def started(self, event: CommandStartedEvent) -> None:
        """Nothing yet: the end knows how long it took."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """The server did it."""
        _measure(event, error=None)

    def failed(self, event: CommandFailedEvent) -> None:
        """The server refused it, or did not answer."""
        _measure(event, error=str(event.failure.get("codeName") or event.failure.get("errtype") or "error"))


def _measure(event: CommandSucceededEvent | CommandFailedEvent, *, error: str | None) -> None:
    DB_QUERY_SECONDS.labels(_QUERY_TYPES.get(event.command_name, "other")).observe(event.duration_micros / 1e6)
    tracer = current_tracer.get()
    if tracer is None:
        return
    attributes = {"db.system.name": "mongodb", "db.operation.name": event.command_name}
    began = time.time_ns() - event.duration_micros * 1000
    span = tracer.start_span(event.command_name, kind=SpanKind.CLIENT, attributes=attributes, start_time=began)
    if error is not None:
        span.set_status(StatusCode.ERROR)
        span.set_attribute("error.type", error)
    span.end()
