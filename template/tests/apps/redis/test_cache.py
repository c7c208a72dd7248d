"""The cache before PostgreSQL, on a real Redis (template-owned)."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache as default_cache
from prometheus_client import REGISTRY
from tests.environment import core_settings

from app.apps.redis import cache as module
from app.apps.redis.cache import RedisCache
from app.apps.redis.client import open_redis
from app.apps.redis.store import Store, the_store

ID = UUID(int=7)


@pytest.fixture
def entity() -> str:
    return f"tried-{uuid4()}"


@pytest.fixture
def cache(entity: str) -> RedisCache:
    return RedisCache(entity, {})


class Source:
    """A table with one row; a load waits for `gate`."""

    def __init__(self, version: int = 1) -> None:
        self.row: Mapping[str, Any] | None = {"version": version, "name": f"v{version}"}
        self.loads = 0
        self.began, self.gate = Event(), Event()
        self.gate.set()

    def load(self) -> Mapping[str, Any] | None:
        self.loads += 1
        row = self.row
        self.began.set()
        assert self.gate.wait(10)
        return row


def counted(entity: str) -> list[float | None]:
    names = ("cache_hits_total", "cache_misses_total")
    return [REGISTRY.get_sample_value(name, {"cache_name": entity}) for name in names]


def test_a_value_is_loaded_once_and_then_found(cache: RedisCache, entity: str) -> None:
    source = Source()
    found = [cache.get_or_load(ID, source.load) for _ in range(3)]

    assert found == [{"version": 1, "name": "v1"}] * 3
    assert source.loads == 1
    assert counted(entity) == [2.0, 1.0]
    assert the_store().redis.get(f"cache:{entity}:{ID}") == b'{"version":1,"name":"v1"}'


def test_the_first_answer_is_as_the_later_ones(cache: RedisCache) -> None:
    source = Source()
    source.row = {"version": 1, "id": ID, "at": datetime(2026, 1, 2, tzinfo=UTC)}
    found = [cache.get_or_load(ID, source.load) for _ in range(2)]

    assert found == [{"version": 1, "id": str(ID), "at": "2026-01-02T00:00:00.000000Z"}] * 2


def test_values_live_for_five_to_fifteen_minutes_and_not_alike(cache: RedisCache, entity: str) -> None:
    for number in range(40):
        cache.put(str(number), {"version": 1})
        cache.set(f"set-{number}", 1)
    redis: Any = the_store().redis
    for prefix in ("", "set-"):
        lives = [redis.ttl(f"cache:{entity}:{prefix}{number}") for number in range(40)]
        assert min(lives) >= 299
        assert max(lives) <= 900
        assert max(lives) - min(lives) > 120


def test_what_is_not_there_is_not_remembered(cache: RedisCache) -> None:
    source = Source()
    source.row = None
    assert cache.get_or_load(ID, source.load) is None
    source.row = {"version": 1}

    assert cache.get_or_load(ID, source.load) == {"version": 1}


def test_a_crowd_shares_one_load(cache: RedisCache, entity: str) -> None:
    source = Source()
    source.gate.clear()
    with ThreadPoolExecutor(8) as threads:
        crowd = [threads.submit(RedisCache(entity, {}).get_or_load, ID, source.load) for _ in range(8)]
        assert source.began.wait(10)
        while (counted(entity)[1] or 0) < 8:
            pass
        source.gate.set()
        found = [one.result() for one in crowd]

    assert (source.loads, found) == (1, [{"version": 1, "name": "v1"}] * 8)


def test_an_exception_is_everyones_and_the_next_tries_again(cache: RedisCache) -> None:
    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        cache.get_or_load(ID, fail)
    assert cache.get_or_load(ID, Source().load) == {"version": 1, "name": "v1"}


def test_a_slow_reader_never_puts_an_old_value_over_a_newer_one(cache: RedisCache) -> None:
    source = Source(version=1)
    source.gate.clear()
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(cache.get_or_load, ID, source.load)
        assert source.began.wait(10)
        cache.put(ID, {"version": 2, "name": "v2"})
        source.gate.set()
        assert slow.result() == {"version": 1, "name": "v1"}

    assert cache.get_or_load(ID, source.load) == {"version": 2, "name": "v2"}
    assert source.loads == 1


def test_a_put_replaces_an_older_value_and_one_of_its_own_version(cache: RedisCache) -> None:
    for value in ({"version": 9, "n": 1}, {"version": 10, "n": 2}, {"version": 10, "n": 3}, {"version": 9, "n": 4}):
        cache.put(ID, value)

    assert cache.get_or_load(ID, Source().load) == {"version": 10, "n": 3}


@pytest.mark.parametrize("damaged", [b"no JSON {", b"[1]", b"\xff", b'"text"', b'{"version": "x", "name": '])
def test_a_damaged_value_is_loaded_anew(cache: RedisCache, entity: str, damaged: bytes) -> None:
    the_store().redis.set(f"cache:{entity}:{ID}", damaged)
    source = Source()

    assert [cache.get_or_load(ID, source.load) for _ in range(2)] == [{"version": 1, "name": "v1"}] * 2
    assert source.loads == 1


def test_without_redis_every_value_is_loaded(cache: RedisCache, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = Store(open_redis(core_settings(REDIS_URL="redis://127.0.0.1:1")))
    monkeypatch.setattr(module, "the_store", lambda: lost)
    source = Source()
    cache.put(ID, {"version": 5})
    cache.set("a", 1)

    assert [cache.get_or_load(ID, source.load) for _ in range(3)] == [{"version": 1, "name": "v1"}] * 3
    assert source.loads == 3
    assert (cache.get("a", "none"), cache.add("a", 1), cache.touch("a"), cache.delete("a")) == ("none", *[False] * 3)
    cache.clear()


def test_it_is_djangos_cache(cache: RedisCache, entity: str) -> None:
    cache.set("a", {"at": datetime(2026, 1, 2, tzinfo=UTC)})
    assert cache.get("a") == {"at": "2026-01-02T00:00:00.000000Z"}
    assert (cache.add("a", 2), cache.add("b", 2), cache.get("b")) == (False, True, 2)
    assert cache.get_many(["a", "b", "c"]).keys() == {"a", "b"}
    assert (cache.touch("b", 60), cache.touch("c")) == (True, False)
    assert (cache.delete("b"), cache.delete("b")) == (True, False)
    cache.set("a", 1, timeout=0)
    assert cache.get("a") is None
    cache.set("long", 1, timeout=None)
    life: Any = the_store().redis.ttl(f"cache:{entity}:long")
    assert 890 <= life <= 900
    other = RedisCache(f"{entity}-other", {})
    other.set("a", 1)
    cache.clear()
    assert (cache.get("long"), other.get("a")) == (None, 1)


def test_the_default_cache_is_one() -> None:
    name = str(uuid4())
    default_cache.set(name, [1])

    assert (default_cache.get(name), the_store().redis.get(f"cache:default:{name}")) == ([1], b"[1]")


def test_scripts_that_redis_has_forgotten_are_sent_again(cache: RedisCache) -> None:
    cache.put(ID, {"version": 1})
    redis: Any = the_store().redis
    redis.script_flush()
    cache.put(ID, {"version": 2})

    assert cache.get_or_load(ID, Source().load) == {"version": 2}
