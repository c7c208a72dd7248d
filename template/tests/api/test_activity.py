"""How many users are active (template-owned; guide, "Business")."""

import asyncio
import socket
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from tests.api.conftest import SettingsOf

from app.api.activity import ActiveUsers
from app.api.redis.store import Store, open_store

NOON = 1_800_014_400.0  # 2027-01-15, 12:00 UTC
DAY = 86_400


@pytest.fixture
async def store(settings_anywhere: SettingsOf) -> AsyncIterator[Store]:
    store = open_store(settings_anywhere().core)
    yield store
    await store.redis.aclose()


async def _counted() -> float:
    """How many there are once everything in the background has ended."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others)
    return REGISTRY.get_sample_value("users_active_total") or 0


async def test_a_user_counts_once_a_utc_day(store: Store) -> None:
    now = NOON
    users = ActiveUsers(store, clock=lambda: now)
    one, other = uuid4(), uuid4()
    before = await _counted()

    for user in (one, one, other, one):
        users.note(user)
    assert await _counted() == before + 2

    now = NOON + DAY / 2 - 1
    users.note(one)
    assert await _counted() == before + 2

    now = NOON + DAY / 2
    users.note(one)
    users.note(one)
    assert await _counted() == before + 3


async def test_a_user_counts_once_however_many_processes_there_are(store: Store) -> None:
    user = uuid4()
    before = await _counted()
    for _ in range(3):
        ActiveUsers(store, clock=lambda: NOON).note(user)
        await _counted()

    assert await _counted() == before + 1
    key = f"cache:active:2027-01-15:{user}"
    assert await store.redis.get(key) == b"1"
    assert DAY - 60 <= await store.redis.ttl(key) <= DAY


async def test_without_redis_each_process_counts_by_itself(settings_anywhere: SettingsOf) -> None:
    with socket.socket() as nowhere:
        nowhere.bind(("127.0.0.1", 0))
        store = open_store(settings_anywhere(REDIS_URL=f"redis://127.0.0.1:{nowhere.getsockname()[1]}").core)
        users, user = ActiveUsers(store), uuid4()
        before = await _counted()
        for _ in range(3):
            users.note(user)

        assert await _counted() == before + 1
        await store.redis.aclose()


async def test_a_request_does_not_wait_for_redis(settings_anywhere: SettingsOf) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        store = open_store(settings_anywhere(REDIS_URL=url, REDIS_TIMEOUT="300ms").core)
        users = ActiveUsers(store)
        began = asyncio.get_running_loop().time()
        users.note(uuid4())

        assert asyncio.get_running_loop().time() - began < 0.1
        await _counted()
        assert asyncio.get_running_loop().time() - began >= 0.3
        await store.redis.aclose()
