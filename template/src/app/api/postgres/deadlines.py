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


def drop_silent_connections(engine: AsyncEngine) -> None:
    """Cut a connection once a statement on it has timed out: a rollback would only wait as long again."""

    @event.listens_for(engine.sync_engine, "handle_error")
    def _drop(context: ExceptionContext) -> None:
        if isinstance(context.original_exception, TimeoutError) and context.connection is not None:
            driver: Any = context.connection.connection.driver_connection
            driver.terminate()
            context.is_disconnect = True
            context.invalidate_pool_on_disconnect = False


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
        except dialect.loaded_dbapi.Error:
            # This one and all that are as old: the server they were for has gone.
            raise exc.InvalidatePoolError from None
