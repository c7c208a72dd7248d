"""What is measured of PostgreSQL: the pool, the time of each statement, its span (template-owned).

Cursor events of our own: the ready-made instrumentation costs a read a fifth of its time and more.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from app.kit import statements
from app.kit.metrics import DB_CONNECTIONS_ACTIVE, DB_CONNECTIONS_IDLE


def measure(engine: AsyncEngine) -> None:
    """Time every statement of `engine`, and have the gauges read its pool whenever they are scraped."""
    sync_engine = engine.sync_engine
    event.listen(sync_engine, "before_cursor_execute", _begin)
    event.listen(sync_engine, "after_cursor_execute", _end)
    event.listen(sync_engine, "handle_error", _fail)
    DB_CONNECTIONS_ACTIVE.set_function(lambda: _pool_of(sync_engine).checkedout())
    DB_CONNECTIONS_IDLE.set_function(lambda: _pool_of(sync_engine).checkedin())


def _pool_of(engine: Engine) -> QueuePool:
    # Asked for anew each time: `dispose` gives the engine another one.
    pool: QueuePool = engine.pool  # type: ignore[assignment]
    return pool


def _begin(_connection: Any, _cursor: Any, statement: str, _given: Any, context: Any, _many: bool) -> None:
    context.running = statements.begin(statement)


def _end(_connection: Any, _cursor: Any, _statement: str, _given: Any, context: Any, _many: bool) -> None:
    _finish(context)


def _fail(failure: ExceptionContext) -> None:
    if failure.execution_context is not None:
        _finish(failure.execution_context, failure.original_exception)


def _finish(context: Any, error: BaseException | None = None) -> None:
    running = getattr(context, "running", None)
    # None: it ended before, and what failed now is the reading of its rows.
    if running is not None:
        context.running = None
        statements.finish(running, error)
