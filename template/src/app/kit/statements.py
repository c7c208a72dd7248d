"""What is measured of an SQL statement: its time and its span (template-owned)."""

import re
import time
from functools import lru_cache
from typing import NamedTuple

from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer

from app.kit.metrics import DB_QUERY_SECONDS
from app.kit.trace import current_tracer

_WORDS = ("select", "insert", "update", "delete")
_FIRST_WORD = re.compile(r"\s*(\w+)")
# The name comes before all quotes of texts (not those of names), which may hold somebody's data, and not in brackets,
# where FROM is another's.
_NAME = r'"?([\w.]+)"?'
_TABLE = re.compile(
    rf"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+{_NAME}|[^(']*?\sFROM\s+{_NAME}|[^']*?\nFROM\s+{_NAME}",
    re.IGNORECASE,
)
# Kept: the look-up of a labelled child costs more than the observation.
_SECONDS = {word: DB_QUERY_SECONDS.labels(word) for word in _WORDS}
_SECONDS_OF_OTHERS = DB_QUERY_SECONDS.labels("other")


class Running(NamedTuple):
    """A statement on its way."""

    began: float
    statement: str
    span: Span | None


def begin(statement: str) -> Running:
    """A statement is about to be sent."""
    tracer = current_tracer.get()
    return Running(time.perf_counter(), statement, _start_span(tracer, statement) if tracer else None)


def finish(running: Running, error: BaseException | None = None) -> None:
    """It has ended, with `error` if the driver raised one."""
    # All four words are of one length.
    seconds = _SECONDS.get(running.statement.lstrip()[:6].lower(), _SECONDS_OF_OTHERS)
    seconds.observe(time.perf_counter() - running.began)
    if running.span is not None:
        _end_span(running.span, error)


def _start_span(tracer: Tracer, statement: str) -> Span:
    name, attributes = describe(statement)
    return tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)


def _end_span(span: Span, error: BaseException | None) -> None:
    if error is not None:
        state = getattr(error, "sqlstate", None)
        span.set_status(StatusCode.ERROR)
        span.set_attribute("error.type", state or type(error).__qualname__)
        if state:
            span.set_attribute("db.response.status_code", state)
    span.end()


@lru_cache(maxsize=1024)
def describe(statement: str) -> tuple[str, dict[str, str]]:
    """The name and attributes of a statement's span (OpenTelemetry's conventions for databases); never its text."""
    word = _FIRST_WORD.match(statement)
    operation = word[1].upper() if word else "SQL"
    attributes = {"db.system.name": "postgresql", "db.operation.name": operation}
    found = _TABLE.match(statement)
    table = found and found[found.lastindex or 0]
    if not table:
        return operation, attributes
    return f"{operation} {table}", attributes | {
        "db.collection.name": table,
        "db.query.summary": f"{operation} {table}",
    }
