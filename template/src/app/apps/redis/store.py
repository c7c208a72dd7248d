"""Every use of Redis goes through here: in time, or not at all (template-owned).

Redis holds nothing that PostgreSQL does not know better: whoever calls can do without it.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

from redis import Redis
from redis.exceptions import RedisError

from app.apps.redis.client import open_redis
from app.apps.runtime import core_settings
from app.kit.breaker import Breaker, CircuitOpenError
from app.kit.metrics import CACHE_SECONDS

T = TypeVar("T")
_NOT_WELL = (RedisError, OSError)


class StoreError(Exception):
    """Redis does not answer."""


class Store:
    """Redis behind a circuit breaker; `redis` itself is for what must not be cut off, such as a ping."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._breaker = Breaker(_NOT_WELL)

    @property
    def is_resting(self) -> bool:
        """Whether Redis is left alone at this moment."""
        return self._breaker.is_resting

    def close(self) -> None:
        """Close all connections; one whose other side says nothing any more is no reason to end badly."""
        with suppress(*_NOT_WELL):
            self.redis.close()

    def run(self, operation: str, call: Callable[[], T]) -> T:
        """What `call` gets from Redis; `operation` is a word for metrics, of a constant set.

        `call` is short: one command, or a few. It is made even where the request has no time left, since it may be what
        follows a commit.

        Raises:
            StoreError: Redis does not answer within REDIS_TIMEOUT, refuses, or did so just before.
        """
        try:
            with self._breaker:
                return _timed(operation, call)
        except (CircuitOpenError, *_NOT_WELL) as error:
            raise StoreError(f"{operation}: {type(error).__name__}") from error


@cache
def the_store() -> Store:
    """The process's one; it connects when first used."""
    return Store(open_redis(core_settings()))


def _timed(operation: str, call: Callable[[], T]) -> T:
    began = time.perf_counter()
    try:
        return call()
    finally:
        _seconds_of(operation).observe(time.perf_counter() - began)


@cache
def _seconds_of(operation: str) -> Any:
    # A labelled child's look-up costs more than its observation.
    return CACHE_SECONDS.labels(operation)
