"""Every use of Redis goes through here: in time, or not at all (template-owned).

Redis holds nothing that PostgreSQL does not know better: whoever calls can do without it.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.kit.breaker import Breaker, CircuitOpenError

T = TypeVar("T")
_NOT_WELL = (RedisError, OSError, TimeoutError)


class StoreError(Exception):
    """Redis does not answer."""


class Store:
    """Redis behind a circuit breaker; `redis` itself is for what must not be cut off, such as a ping."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._breaker = Breaker(_NOT_WELL)

    async def run(self, operation: str, call: Callable[[Redis], Awaitable[T]]) -> T:
        """What `call` gets from Redis; `operation` is a word for metrics, of a constant set.

        Raises:
            StoreError: Redis does not answer within REDIS_TIMEOUT, refuses, or did so just before.
        """
        try:
            with self._breaker:
                return await call(self.redis)
        except (CircuitOpenError, *_NOT_WELL) as error:
            raise StoreError(f"{operation}: {type(error).__name__}") from error
