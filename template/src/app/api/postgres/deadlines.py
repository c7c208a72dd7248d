"""What keeps a PostgreSQL that hangs from holding a request past DATABASE_TIMEOUT (template-owned).

A process that is stopped, or a network that swallows packets, leaves connections open on which nothing ever comes:
whatever would wait for such a server, if only to say goodbye, has an end here.
"""

import asyncio
import time
from typing import Any

import asyncpg
from sqlalchemy import event, exc
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

_GOODBYE_SECONDS = 0.25
_IDLE_SECONDS = 1.0
# What uvloop says of a socket that has closed a moment before, and the driver passes on as it is.
CLOSED = RuntimeError
# Connection lost; server or database shutting down.
_GOODBYE_STATES = ("08", "57P")
# The server gives a slow statement up by itself and the connection stays good; only a silent one is dropped.
SERVER_FIRST_SECONDS = 0.25


class PromptConnection(asyncpg.Connection):
    """A connection that closes politely, but doesn't wait for a server that says nothing."""

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncpg's own signature
        try:
            async with asyncio.timeout(_GOODBYE_SECONDS):
                await super().close(timeout=timeout)
        except TimeoutError:
            self.terminate()


def drop_lost_connections(engine: AsyncEngine) -> None:
    """Cut a connection once a statement on it has timed out, since a rollback would only wait as long again.

    So too where it is over in another way: SQLAlchemy alone takes a connection for lost only when its socket is known
    to be closed, which comes a moment after the server's goodbye.
    """
    confused: type[Exception] = engine.dialect.loaded_dbapi.InternalClientError

    @event.listens_for(engine.sync_engine, "handle_error")
    def _drop(context: ExceptionContext) -> None:
        error = context.original_exception
        is_silent = isinstance(error, TimeoutError)
        is_over = is_silent or isinstance(error, (confused, CLOSED)) or _says_goodbye(error)
        if context.connection is None or not is_over:
            return
        driver: Any = context.connection.connection.driver_connection
        driver.terminate()
        context.is_disconnect = True
        # One that was silent tells nothing of the others.
        context.invalidate_pool_on_disconnect = not is_silent
        if isinstance(error, CLOSED):
            raise ConnectionResetError(str(error)) from error


def _says_goodbye(error: BaseException) -> bool:
    return str(getattr(error, "sqlstate", None) or "").startswith(_GOODBYE_STATES)


def try_idle_connections(engine: AsyncEngine) -> None:
    """Ask a connection that was idle for a second whether it still lives, and do without the round trip else.

    So a fail-over costs a service at rest nothing, and a busy one the requests that were under way.
    """
    engine_, dialect = engine.sync_engine, engine.sync_engine.dialect

    @event.listens_for(engine_, "checkin")
    def _note(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine_, "checkout")
    def _try(connection: Any, record: Any, _proxy: Any) -> None:
        used = record.info.get("used")
        if used is None or time.monotonic() - used < _IDLE_SECONDS:
            return
        try:
            dialect.do_ping(connection)
        except (dialect.loaded_dbapi.Error, OSError, CLOSED):
            # This one and all that are as old: the server they were for has gone.
            raise exc.InvalidatePoolError from None
