"""Redis behind its circuit breaker (template-owned)."""

import asyncio
import socket

import pytest
from tests.api.conftest import SettingsOf

from app.api.redis.store import Store, StoreError, open_store


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
    # Its connections are all opened at once, which over TLS takes a second of a free core.
    store = open_store(settings_anywhere(REDIS_TIMEOUT="30s").core)

    answers = await asyncio.gather(*(store.run("ping", lambda redis: redis.ping()) for _ in range(300)))

    assert set(answers) == {True}
    await store.redis.aclose()


async def test_a_silent_redis_is_waited_for_no_longer_than_redis_timeout(settings_anywhere: SettingsOf) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        store = open_store(settings_anywhere(REDIS_URL=url, REDIS_TIMEOUT="200ms").core)
        began = asyncio.get_running_loop().time()
        with pytest.raises(StoreError, match="ping: TimeoutError"):
            await store.run("ping", lambda redis: redis.ping())

    assert 0.2 <= asyncio.get_running_loop().time() - began < 2
    await store.redis.aclose()
