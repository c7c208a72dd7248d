"""The cache before PostgreSQL, on a real Redis (template-owned)."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from app.api.redis.cache import Cache
from app.api.redis.store import Store

ID = UUID(int=7)


@pytest.fixture
def entity() -> str:
    return f"tried-{uuid4()}"


@pytest.fixture
def cache(store: Store, entity: str) -> Cache:
    return Cache(store, entity)


class Source:
    """A table with one row; a load waits for `gate`."""

    def __init__(self, version: int = 1) -> None:
        self.row: Mapping[str, Any] | None = {"version": version, "name": f"v{version}"}
        self.loads = 0
        self.began = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self) -> Mapping[str, Any] | None:
        self.loads += 1
        row = self.row
        self.began.set()
        await self.gate.wait()
        return row


def _counted(entity: str) -> Iterator[float | None]:
    for name in ("cache_hits_total", "cache_misses_total"):
        yield REGISTRY.get_sample_value(name, {"cache_name": entity})


async def test_a_value_is_loaded_once_and_then_found(cache: Cache, store: Store, entity: str) -> None:
    source = Source()
    found = [await cache.get_or_load(ID, source.load) for _ in range(3)]

    assert found == [{"version": 1, "name": "v1"}] * 3
    assert source.loads == 1
    assert list(_counted(entity)) == [2.0, 1.0]
    assert await store.redis.get(f"cache:{entity}:{ID}") == b'{"version":1,"name":"v1"}'


async def test_the_first_answer_is_as_the_later_ones(cache: Cache) -> None:
    source = Source()
    source.row = {"version": 1, "id": ID, "at": datetime(2026, 1, 2, tzinfo=UTC)}
    found = [await cache.get_or_load(ID, source.load) for _ in range(2)]

    assert found == [{"version": 1, "id": str(ID), "at": "2026-01-02T00:00:00.000000Z"}] * 2


async def test_values_live_for_five_to_fifteen_minutes_and_not_alike(cache: Cache, store: Store, entity: str) -> None:
    for number in range(40):
        await cache.put(str(number), {"version": 1})
    lives = [await store.redis.ttl(f"cache:{entity}:{number}") for number in range(40)]

    assert min(lives) >= 299
    assert max(lives) <= 900
    assert max(lives) - min(lives) > 120


async def test_what_is_not_there_is_not_remembered(cache: Cache) -> None:
    source = Source()
    source.row = None
    assert await cache.get_or_load(ID, source.load) is None
    source.row = {"version": 1}

    assert await cache.get_or_load(ID, source.load) == {"version": 1}


async def test_a_crowd_shares_one_load(cache: Cache) -> None:
    source = Source()
    source.gate.clear()
    crowd = [asyncio.create_task(cache.get_or_load(ID, source.load)) for _ in range(50)]
    await source.began.wait()
    await asyncio.sleep(0.05)
    source.gate.set()
    found = await asyncio.gather(*crowd)

    assert (source.loads, found) == (1, [{"version": 1, "name": "v1"}] * 50)
    found[0]["name"] = "changed by one of them"  # type: ignore[index]
    assert found[1] == {"version": 1, "name": "v1"}


async def test_a_crowd_shares_the_exception_and_the_next_tries_again(cache: Cache) -> None:
    source = Source()
    source.gate.clear()

    async def fail() -> None:
        await source.load()
        raise LookupError

    crowd = [asyncio.create_task(cache.get_or_load(ID, fail)) for _ in range(5)]
    await source.began.wait()
    await asyncio.sleep(0.05)
    source.gate.set()
    found = await asyncio.gather(*crowd, return_exceptions=True)

    assert ([type(each) for each in found], source.loads) == ([LookupError] * 5, 1)
    assert await cache.get_or_load(ID, source.load) == {"version": 1, "name": "v1"}


async def test_a_leader_who_leaves_takes_nothing_from_the_others(cache: Cache) -> None:
    source = Source()
    source.gate.clear()
    leader = asyncio.create_task(cache.get_or_load(ID, source.load))
    await source.began.wait()
    follower = asyncio.create_task(cache.get_or_load(ID, source.load))
    await asyncio.sleep(0.05)
    leader.cancel()
    await asyncio.gather(leader, return_exceptions=True)
    source.gate.set()

    assert await follower == {"version": 1, "name": "v1"}
    assert (leader.cancelled(), source.loads) == (True, 1)


async def test_a_load_that_everybody_left_stops_and_the_next_begins_anew(cache: Cache) -> None:
    source = Source()
    source.gate.clear()
    leaver = asyncio.create_task(cache.get_or_load(ID, source.load))
    await source.began.wait()
    leaver.cancel()
    next_one = asyncio.create_task(cache.get_or_load(ID, source.load))
    source.gate.set()

    assert await next_one == {"version": 1, "name": "v1"}
    await asyncio.wait([leaver])
    assert (leaver.cancelled(), source.loads) == (True, 2)


async def test_a_slow_reader_never_puts_an_old_value_over_a_newer_one(cache: Cache) -> None:
    source = Source(version=1)
    source.gate.clear()
    slow = asyncio.create_task(cache.get_or_load(ID, source.load))
    await source.began.wait()
    await cache.put(ID, {"version": 2, "name": "v2"})
    source.gate.set()

    assert await slow == {"version": 1, "name": "v1"}
    assert await cache.get_or_load(ID, source.load) == {"version": 2, "name": "v2"}
    assert source.loads == 1


async def test_whoever_asks_after_a_put_joins_no_load_from_before_it(lost_store: Store, entity: str) -> None:
    cache, source = Cache(lost_store, entity), Source(version=1)
    source.gate.clear()
    before = asyncio.create_task(cache.get_or_load(ID, source.load))
    await source.began.wait()
    source.row = {"version": 2, "name": "v2"}
    await cache.put(ID, source.row)
    after = asyncio.create_task(cache.get_or_load(ID, source.load))
    await asyncio.sleep(0.05)
    source.gate.set()

    assert (await before, await after) == ({"version": 1, "name": "v1"}, {"version": 2, "name": "v2"})


async def test_a_put_replaces_an_older_value_and_one_of_its_own_version(cache: Cache, store: Store) -> None:
    for value in ({"version": 9, "n": 1}, {"version": 10, "n": 2}, {"version": 10, "n": 3}, {"version": 9, "n": 4}):
        await cache.put(ID, value)

    assert await cache.get_or_load(ID, Source().load) == {"version": 10, "n": 3}


@pytest.mark.parametrize("damaged", [b"no JSON {", b"[1]", b"\xff", b'"text"', b'{"version": "x", "name": '])
async def test_a_damaged_value_is_loaded_anew(cache: Cache, store: Store, entity: str, damaged: bytes) -> None:
    await store.redis.set(f"cache:{entity}:{ID}", damaged)
    source = Source()

    assert [await cache.get_or_load(ID, source.load) for _ in range(2)] == [{"version": 1, "name": "v1"}] * 2
    assert source.loads == 1


async def test_without_redis_every_value_is_loaded(lost_store: Store, entity: str) -> None:
    cache, source = Cache(lost_store, entity), Source()
    await cache.put(ID, {"version": 5})

    assert [await cache.get_or_load(ID, source.load) for _ in range(3)] == [{"version": 1, "name": "v1"}] * 3
    assert source.loads == 3


async def test_scripts_that_redis_has_forgotten_are_sent_again(cache: Cache, store: Store) -> None:
    await cache.put(ID, {"version": 1})
    await store.redis.script_flush()
    await cache.put(ID, {"version": 2})

    assert await cache.get_or_load(ID, Source().load) == {"version": 2}
