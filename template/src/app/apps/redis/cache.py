"""Django's cache on Redis: `cache:{entity}:{id}`, for five to fifteen minutes (template-owned; guide, "Redis").

Each name in `CACHES` is an entity, which is the label of the metrics. Values are JSON: times and ids come back as
text. Without Redis nothing is kept, and nothing fails.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from functools import cached_property
from threading import TIMEOUT_MAX, Lock
from typing import Any, cast
from uuid import UUID

import orjson
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from app.apps.deadline import within
from app.apps.redis.store import StoreError, the_store
from app.kit.cached_values import PUT, a_lifetime, read_value
from app.kit.metrics import CACHE_HITS, CACHE_MISSES
from app.kit.problems import timed_out
from app.kit.redis_keys import CACHE_TTL_MOST, cache_key
from app.kit.strict_json import write_json

Value = dict[str, Any]
Load = Callable[[], Mapping[str, Any] | None]


class _Flights:
    """Loads that are under way: who asks for the same at once shares one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: dict[str, Future[bytes | None]] = {}

    def join(self, key: str, load: Callable[[], bytes | None]) -> bytes | None:
        """What `load` gives: ours, or that of whoever came first."""
        with self._lock:
            flight = self._under_way.get(key)
            is_first = flight is None
            if flight is None:
                flight = self._under_way[key] = Future()
        if is_first:
            try:
                flight.set_result(load())
            except BaseException as error:  # noqa: BLE001 - those who wait get it, as the first one does
                flight.set_exception(error)
            finally:
                self.leave(key, flight)
        elif not wait([flight], within(TIMEOUT_MAX)).done:
            raise timed_out()
        return flight.result()

    def leave(self, key: str, flight: "Future[bytes | None] | None" = None) -> None:
        """Whoever asks from now on doesn't share the load that is under way."""
        with self._lock:
            if flight is None or self._under_way.get(key) is flight:
                self._under_way.pop(key, None)


_flights = _Flights()


class RedisCache(BaseCache):
    """The values of one entity. Where their members change, so must its name: values outlive a deployment."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._entity = location
        self._hits, self._misses = CACHE_HITS.labels(location), CACHE_MISSES.labels(location)

    def make_key(self, key: Any, version: int | None = None) -> str:
        """`cache:{entity}:{id}`; Django's own version is part of the id where one is given."""
        return cache_key(self._entity, str(key) if version is None else f"{key}.{version}")

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        body = self._get(self.make_key(key, version))
        (self._misses if body is None else self._hits).inc()
        with suppress(orjson.JSONDecodeError):
            return default if body is None else orjson.loads(body)
        return default

    def set(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._set(self.make_key(key, version), value, timeout)

    def add(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._set(self.make_key(key, version), value, timeout, only_new=True)

    def touch(self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        name, life = self.make_key(key, version), _milliseconds(timeout)
        return bool(self._run("touch", lambda redis: redis.pexpire(name, life)))

    def delete(self, key: Any, version: int | None = None) -> bool:
        name = self.make_key(key, version)
        return bool(self._run("delete", lambda redis: redis.delete(name)))

    def clear(self) -> None:
        """Forget all values of this entity."""
        names = list(self._run("clear", lambda redis: list(redis.scan_iter(cache_key(self._entity, "") + "*"))) or ())
        if names:
            self._run("clear", lambda redis: redis.unlink(*names))

    def get_or_load(self, id: UUID | str, load: Load) -> Value | None:
        """The value with this id; None where `load` finds none, which is not remembered.

        Others who ask at the same time may share `load`: it opens a transaction of its own.

        Raises:
            Exception: whatever `load` raises, for everyone who waits for it.
        """
        key = self.make_key(id)
        found = read_value(self._get(key))
        if found is not None:
            self._hits.inc()
            return found
        self._misses.inc()
        return read_value(_flights.join(key, lambda: self._load(key, load)))

    def put(self, id: UUID | str, value: Mapping[str, Any]) -> None:
        """Put what was just committed, so that no one reads what it replaced; never over a newer `version`.

        Without Redis nothing is put, and if it comes back with the old value that may be read until its time is up:
        where that matters, a handler of the outbox event puts it again.
        """
        key = self.make_key(id)
        _flights.leave(key)
        self._put(key, value["version"], write_json(value))

    @cached_property
    def _put_newer(self) -> Any:
        return the_store().redis.register_script(PUT)

    def _load(self, key: str, load: Load) -> bytes | None:
        value = load()
        if value is None:
            return None
        body = write_json(value)
        self._put(key, value["version"], body)
        return body

    def _put(self, key: str, version: int, body: bytes) -> None:
        self._run("put", lambda redis: self._put_newer([key], [version, body, a_lifetime()], redis))

    def _get(self, key: str) -> bytes | None:
        found: bytes | None = self._run("get", lambda redis: redis.get(key))
        return found

    def _set(self, key: str, value: Any, timeout: float | None, *, only_new: bool = False) -> bool:
        body, life = write_json(value), _milliseconds(timeout)
        if life <= 0:
            return bool(self._run("delete", lambda redis: redis.delete(key)))
        return bool(self._run("set", lambda redis: redis.set(key, body, px=life, nx=only_new)))

    def _run(self, operation: str, call: Callable[[Any], Any]) -> Any:
        with suppress(StoreError):
            return the_store().run(f"cache.{operation}", lambda: call(the_store().redis))
        return None


def cache_of(entity: str) -> RedisCache:
    """The cache of an entity in `CACHES`."""
    return cast("RedisCache", caches[entity])


def _milliseconds(timeout: Any) -> int:
    if timeout is DEFAULT_TIMEOUT:
        return a_lifetime()
    # For ever there is nothing: the guide's keys have an end.
    return int((CACHE_TTL_MOST.total_seconds() if timeout is None else timeout) * 1000)
