"""Connections that never wait for a PostgreSQL that hangs past DATABASE_TIMEOUT (template-owned).

A process that is stopped, or a network that swallows packets, leaves connections open on which nothing ever comes;
psycopg by itself would wait for it for ever.
"""

import time
from contextvars import ContextVar
from threading import TIMEOUT_MAX
from typing import Any, ClassVar, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen

from app.apps.deadline import within

T = TypeVar("T")
# Seconds that the request has waited for a thread of the server: it need not wait as long again for a connection.
queued_seconds: ContextVar[float] = ContextVar("queued_seconds", default=0.0)
_IDLE_SECONDS = 1.0
_TRIAL_SECONDS = 0.5
# For what ends a transaction, at whatever time that is: or each late request would cost a connection.
_FAREWELL_SECONDS = 0.25


class PromptConnection(psycopg.Connection[Any]):
    """Gives up after `seconds` or with its request, and closes itself: a rollback would only wait as long again."""

    # The server gives a slow statement up by itself and the connection stays good; only a silent one is dropped.
    seconds: float | None = 4.25
    used_at = 0.0
    # Of all connections: when the server was last heard of, and when one was last lost.
    answered_at: ClassVar[float] = 0.0
    lost_at: ClassVar[float] = 0.0

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        try:
            result = super().wait(gen, interval, _longest_wait(timeout or self.seconds or TIMEOUT_MAX))
            PromptConnection.answered_at = time.monotonic()
            return result
        except errors._WaitTimeout:
            self.pgconn.finish()
            raise errors.ConnectionTimeout("PostgreSQL said nothing in time") from None
        finally:
            self.used_at = time.monotonic()

    def is_alive(self) -> bool:
        """Whether it still leads to a server; one that was used a moment ago is believed without asking."""
        if self.closed:
            return False
        if time.monotonic() - self.used_at < _IDLE_SECONDS and self.used_at > self.lost_at:
            return True
        self.seconds, seconds = _TRIAL_SECONDS, self.seconds
        try:
            self.execute("SELECT 1")
        except psycopg.Error:
            return False
        finally:
            self.seconds = seconds
        return True


def _longest_wait(seconds: float) -> float:
    return min(seconds, max(_FAREWELL_SECONDS, within(seconds)))


class Refusals:
    """When the server last refused a new connection, as the pool tells it."""

    def __init__(self) -> None:
        self.last_at = float("-inf")

    def __call__(self, _pool: object) -> None:
        self.last_at = time.monotonic()


refusals = Refusals()


def distrust_all() -> None:
    """One was cut off, and so may be all that were there: each is tried before it is used again."""
    PromptConnection.lost_at = time.monotonic()


def heard_of(within: float) -> bool:
    """Whether PostgreSQL has answered anything in the last so many seconds."""
    return time.monotonic() - PromptConnection.answered_at < within


def connection_class(seconds: float) -> type[PromptConnection]:
    """The class of connections that give up after `seconds`."""
    return type("TimelyConnection", (PromptConnection,), {"seconds": seconds})
