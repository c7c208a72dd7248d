"""Every use of Redis goes through here: in time, or not at all (template-owned).

Redis holds nothing that PostgreSQL does not know better: whoever calls can do without it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from prometheus_client import Histogram
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.api.patience import within
from app.api.redis.client import CLOSED, open_redis
from app.kit.breaker import Breaker, CircuitOpenError
from app.kit.metrics import CACHE_SECONDS
from app.kit.settings import CoreSettings

T = TypeVar("T")
_NOT_WELL = (RedisError, OSError, CLOSED)
# Fewer than the client's 100 connections, of which subscriptions take some: a crowd waits instead of failing.
_MOST_AT_ONCE = 50


class StoreError(Exception):
    """Redis does not answer."""


class Store:
    """Redis behind a circuit breaker; `redis` itself is for what must not be cut off, such as a ping."""

    def __init__(self, redis: Redis, *, seconds: float) -> None:
        self.redis = redis
        self._longest = seconds
        self._breaker = Breaker(_NOT_WELL)
        self._turns = asyncio.Semaphore(_MOST_AT_ONCE)
        # A labelled child's look-up costs more than its observation.
        self._seconds: dict[str, Histogram] = {}

    @property
    def is_resting(self) -> bool:
        """Whether Redis is left alone at this moment."""
        return self._breaker.is_resting

    async def close(self) -> None:
        """Close all connections; one whose other side says nothing any more is no reason to end badly."""
        with suppress(*_NOT_WELL):
            await self.redis.aclose()

    async def run(self, operation: str, call: Callable[[Redis], Awaitable[T]]) -> T:
        """What `call` gets from Redis; `operation` is a word for metrics, of a constant set.

        `call` is short: one command, or a few.

        Raises:
            StoreError: Redis does not answer within REDIS_TIMEOUT, refuses, or did so just before.
        """
        try:
            # The breaker inside: whoever waited while it opened is refused at once.
            async with self._turns:
                with self._breaker:
                    return await self._timed(operation, call)
        except (CircuitOpenError, *_NOT_WELL) as error:
            raise StoreError(f"{operation}: {type(error).__name__}") from error

    async def _timed(self, operation: str, call: Callable[[Redis], Awaitable[T]]) -> T:
        seconds = self._seconds.get(operation)
        if seconds is None:
            seconds = self._seconds[operation] = CACHE_SECONDS.labels(operation)
        began = time.perf_counter()
        try:
            return await within(self._longest, call(self.redis))
        finally:
            seconds.observe(time.perf_counter() - began)


def open_store(settings: CoreSettings) -> Store:
    """Make it; it connects when first used."""
    return Store(open_redis(settings), seconds=settings.redis_timeout.total_seconds())
