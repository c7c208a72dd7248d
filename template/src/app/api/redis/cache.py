"""A cache before PostgreSQL: `cache:{entity}:{id}`, for five to fifteen minutes (template-owned; guide, "Redis").

A value is a JSON object whose `version` grows with every change, as a row's does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from app.api.redis.store import Store, StoreError
from app.kit.cached_values import PUT, a_lifetime, read_value
from app.kit.metrics import CACHE_HITS, CACHE_MISSES
from app.kit.redis_keys import cache_key
from app.kit.strict_json import write_json

Value = dict[str, Any]
Load = Callable[[], Awaitable[Mapping[str, Any] | None]]


@dataclass
class _Flight:
    """A load that is under way, and how many wait for it."""

    task: "asyncio.Task[bytes | None]"
    waiting: int = 0


class Cache:
    """The values of one kind; one instance a process, since those who ask for the same at once share one load.

    Values outlive a deployment: where their members change, so must the name `entity`. It is the label of the metrics.
    """

    def __init__(self, store: Store, entity: str) -> None:
        self._store = store
        self._entity = entity
        self._put_newer = store.redis.register_script(PUT)
        self._flights: dict[str, _Flight] = {}
        self._hits, self._misses = CACHE_HITS.labels(entity), CACHE_MISSES.labels(entity)

    async def get_or_load(self, id: UUID | str, load: Load) -> Value | None:
        """The value with this id; None where `load` finds none, which is not remembered.

        `load` runs in a task that others may share, so it opens a database session of its own. The value is always
        what JSON makes of it: times and ids are text. Without Redis every value is loaded.

        Raises:
            Exception: whatever `load` raises, for everyone who waits for it.
        """
        key = cache_key(self._entity, id)
        found = read_value(await self._get(key))
        if found is not None:
            self._hits.inc()
            return found
        self._misses.inc()
        return read_value(await self._join(key, load))

    async def put(self, id: UUID | str, value: Mapping[str, Any]) -> None:
        """Put what was just committed, so that no one reads what it replaced; never over a newer version.

        Without Redis nothing is put, and if it comes back with the old value that may be read until its time is up:
        where that matters, a handler of the outbox event puts it again.
        """
        key = cache_key(self._entity, id)
        # Whoever asks from now on must not share a load that began before the change.
        self._flights.pop(key, None)
        await self._put(key, value["version"], write_json(value))

    async def _get(self, key: str) -> bytes | None:
        async def get(redis: Redis) -> Any:
            return await redis.get(key)

        try:
            found: bytes | None = await self._store.run("cache.get", get)
        except StoreError:
            return None
        return found

    async def _put(self, key: str, version: int, body: bytes) -> None:
        milliseconds = a_lifetime()

        async def put(redis: Redis) -> None:
            await self._put_newer([key], [version, body, milliseconds], redis)

        with suppress(StoreError):
            await self._store.run("cache.put", put)

    async def _join(self, key: str, load: Load) -> bytes | None:
        flight = self._flights.get(key) or self._begin(key, load)
        flight.waiting += 1
        try:
            # Shielded: whoever leaves must not take the load away from the others.
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                self._end(key, flight)

    def _begin(self, key: str, load: Load) -> _Flight:
        flight = self._flights[key] = _Flight(asyncio.create_task(self._load(key, load)))
        flight.task.add_done_callback(lambda _: self._end(key, flight))
        return flight

    def _end(self, key: str, flight: _Flight) -> None:
        """Let nobody join any more; a load that nobody waits for stops."""
        if self._flights.get(key) is flight:
            del self._flights[key]
        flight.task.cancel()

    async def _load(self, key: str, load: Load) -> bytes | None:
        value = await load()
        if value is None:
            return None
        body = write_json(value)
        await self._put(key, value["version"], body)
        return body
