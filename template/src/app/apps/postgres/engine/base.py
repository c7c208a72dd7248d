"""The engine of `DATABASES`: Django's own for PostgreSQL, with statements measured and lost connections left out
(template-owned)."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import OperationalError
from django.db.backends.postgresql import base
from psycopg import IsolationLevel
from psycopg.abc import Buffer
from psycopg.types.datetime import TimestamptzLoader
from psycopg_pool import ConnectionPool, PoolTimeout

from app.apps.deadline import has_passed, within
from app.apps.postgres.connections import queued_seconds, refusals
from app.kit import statements
from app.kit.metrics import DB_CONNECTIONS_ACTIVE, DB_CONNECTIONS_IDLE

# Of the pool: all that may be as old as the one that was lost, and one more that is new.
_MOST_TRIALS = 3
# How often whoever waits looks whether the server refuses connections.
_LOOK_SECONDS = 0.25


class TimeLoader(TimestamptzLoader):
    """Reads a time of a connection whose time zone is UTC, in a tenth of the time that psycopg's own takes."""

    # What Django holds against its own.
    timezone = UTC

    def load(self, data: Buffer) -> datetime:
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            # Before the year 1, or after 9999: it has the words for that.
            return super().load(data)


class DatabaseWrapper(base.DatabaseWrapper):
    """What Django looks for by this name."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.execute_wrappers += (_begun_in_time, _measured)

    def get_connection_params(self) -> dict[str, Any]:
        """As Django has them, but for how times are read."""
        found: dict[str, Any] = super().get_connection_params()
        _read_times_faster(found["context"])
        return found

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection of the pool that still leads to a server."""
        for _ in range(_MOST_TRIALS):
            connection = self._take(conn_params)
            if not self.pool or connection.is_alive():
                return connection
            # This one and all that are as old: the server they were for has gone.
            connection.close()
            self.pool.putconn(connection)
            self.pool.drain()
        return self._take(conn_params)

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        """Set it, but not by a connection that is made for this: after a transaction that lost its own, that is waited
        for in vain."""
        if autocommit and self.connection is None:
            self.autocommit = True
            return
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)

    def _take(self, conn_params: dict[str, Any]) -> Any:
        if not self.pool:
            return super().get_new_connection(conn_params)
        # As Django does where no level is set; it would wait as long for everyone.
        self.isolation_level = IsolationLevel.READ_COMMITTED
        self.pool.open()
        return _wait_for_one(self.pool, within(self.pool.timeout - queued_seconds.get()))


@cache
def _read_times_faster(adapters: Any) -> None:
    # Once: Django keeps them for all connections, and asks for its parameters at every request.
    adapters.register_loader("timestamptz", TimeLoader)


def _wait_for_one(pool: ConnectionPool[Any], seconds: float) -> Any:
    """A connection of the pool within so many seconds; by itself it would wait as long for a server that refuses."""
    began = time.monotonic()
    while True:
        left = began + seconds - time.monotonic()
        try:
            return pool.getconn(min(max(left, 0.0), _LOOK_SECONDS))
        except PoolTimeout:
            if left <= _LOOK_SECONDS or refusals.last_at > began:
                raise


def close_pools() -> None:
    """Close what the process has opened."""
    pools: dict[str, Any] = DatabaseWrapper._connection_pools  # type: ignore[attr-defined]
    for pool in pools.values():
        pool.close()


def show_pool(connection: Any) -> None:
    """Have the gauges read the pool of `connection` whenever they are scraped."""
    DB_CONNECTIONS_ACTIVE.set_function(lambda: _count(connection, "pool_size") - _count(connection, "pool_available"))
    DB_CONNECTIONS_IDLE.set_function(lambda: _count(connection, "pool_available"))


def _count(connection: Any, name: str) -> int:
    return int(connection.pool.get_stats().get(name, 0)) if connection.pool else 0


def _begun_in_time(execute: Callable[..., Any], *given: Any) -> Any:
    if has_passed():
        raise OperationalError("the time of the request is over")
    return execute(*given)


def _measured(execute: Callable[..., Any], sql: Any, parameters: Any, many: bool, context: dict[str, Any]) -> Any:
    running = statements.begin(str(sql))
    try:
        result = execute(sql, parameters, many, context)
    except Exception as error:
        _leave_values_out(error)
        statements.finish(running, error.__cause__ or error)
        raise
    statements.finish(running)
    return result


def _leave_values_out(error: Exception) -> None:
    """Keep the first line of PostgreSQL's words alone: those below it quote the statement, with the values in it."""
    first = getattr(getattr(error.__cause__, "diag", None), "message_primary", None)
    if first and error.__cause__:
        error.args = error.__cause__.args = (first,)
