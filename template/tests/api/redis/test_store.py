"""Redis behind its circuit breaker (template-owned)."""

import asyncio

import pytest
from tests.api.conftest import SettingsOf

from app.api.redis.client import open_redis
from app.api.redis.store import Store, StoreError


async def test_what_the_call_gets_is_given(store: Store) -> None:
    assert await store.run("ping", lambda redis: redis.ping()) is True
    assert store.is_resting is False


async def test_a_redis_that_fails_three_times_is_left_alone(lost_store: Store) -> None:
    for _ in range(3):
        with pytest.raises(StoreError, match="ping: ConnectionError"):
            await lost_store.run("ping", lambda redis: redis.ping())

    assert lost_store.is_resting is True
    with pytest.raises(StoreError, match="ping: CircuitOpenError"):
        await lost_store.run("ping", lambda redis: redis.ping())


async def test_a_crowd_waits_in_order_instead_of_failing(settings_anywhere: SettingsOf) -> None:
    redis = open_redis(settings_anywhere().core)
    store = Store(redis)
    answers = await asyncio.gather(*(store.run("ping", lambda redis: redis.ping()) for _ in range(300)))
    await redis.aclose()

    assert set(answers) == {True}
