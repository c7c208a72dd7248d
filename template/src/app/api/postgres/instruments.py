"""What is measured of PostgreSQL: the pool, the time of each statement, its span (template-owned).

Cursor events of our own: the ready-made instrumentation costs a read a fifth of its time and more.
"""

import re
import time
from functools import lru_cache
from typing import Any

from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from sqlalchemy import event
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from app.kit.metrics import DB_CONNECTIONS_ACTIVE, DB_CONNECTIONS_IDLE, DB_QUERY_SECONDS
from app.kit.trace import current_tracer

_WORDS = ("select", "insert", "update", "delete")
_FIRST_WORD = re.compile(r"\s*(\w+)")
# The name comes before all quotes, which may hold somebody's data, and not in brackets, where FROM is another's.
_TABLE = re.compile(
    r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+([\w.]+)|[^('\"]*?\sFROM\s+([\w.]+)|[^'\"]*?\nFROM\s+([\w.]+)",
    re.IGNORECASE,
)


def measure(engine: AsyncEngine) -> None:
    """Time every statement of `engine`, and have the gauges read its pool whenever they are scraped."""
    sync_engine, statements = engine.sync_engine, _Statements()
    event.listen(sync_engine, "before_cursor_execute", statements.begin)
    event.listen(sync_engine, "after_cursor_execute", statements.end)
    event.listen(sync_engine, "handle_error", statements.fail)
    DB_CONNECTIONS_ACTIVE.set_function(lambda: _pool_of(sync_engine).checkedout())
    DB_CONNECTIONS_IDLE.set_function(lambda: _pool_of(sync_engine).checkedin())


def _pool_of(engine: Engine) -> QueuePool:
    # Asked for anew each time: `dispose` gives the engine another one.
    pool: QueuePool = engine.pool  # type: ignore[assignment]
    return pool


class _Statements:
    """Listens to cursors; keeps the labelled children, whose look-up costs more than the observation."""

    def __init__(self) -> None:
        self._seconds = {word: DB_QUERY_SECONDS.labels(word) for word in _WORDS}
        self._seconds_of_others = DB_QUERY_SECONDS.labels("other")

    def begin(self, _connection: Any, _cursor: Any, statement: str, _given: Any, context: Any, _many: bool) -> None:
        tracer = current_tracer.get()
        context.measured = time.perf_counter(), statement, tracer and _start_span(tracer, statement)

    def end(self, _connection: Any, _cursor: Any, _statement: str, _given: Any, context: Any, _many: bool) -> None:
        self._finish(context)

    def fail(self, failure: ExceptionContext) -> None:
        if failure.execution_context is not None:
            self._finish(failure.execution_context, failure.original_exception)

    def _finish(self, context: Any, error: BaseException | None = None) -> None:
        measured = getattr(context, "measured", None)
        if measured is None:
            # It ended before, and what failed now is the reading of its rows.
            return
        context.measured = None
        began, statement, span = measured
        # All four words are of one length.
        seconds = self._seconds.get(statement.lstrip()[:6].lower(), self._seconds_of_others)
        seconds.observe(time.perf_counter() - began)
        if span is not None:
            _end_span(span, error)


def _start_span(tracer: Tracer, statement: str) -> Span:
    name, attributes = _described(statement)
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
def _described(statement: str) -> tuple[str, dict[str, str]]:
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
