"""Redis from the service's side (template-owned)."""

import asyncio
import socket
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from tests.api.conftest import SettingsOf
from tests.clusters import valkey_cluster

from app.api.redis.client import open_redis, refuse_cluster
from app.kit.settings import SettingsError


async def test_a_cluster_is_refused_with_the_fix(settings_anywhere: SettingsOf, tmp_path: Path) -> None:
    with valkey_cluster(tmp_path) as url:
        redis = open_redis(settings_anywhere(REDIS_URL=url).core)
        with pytest.raises(SettingsError) as caught:
            await refuse_cluster(redis)
        await redis.aclose()

    assert str(caught.value) == (
        "REDIS_URL: it is a Redis Cluster; give a single server or a replication group (cluster mode off)"
    )


async def test_a_single_server_is_taken_and_works(settings_anywhere: SettingsOf) -> None:
    redis = open_redis(settings_anywhere().core)
    await refuse_cluster(redis)

    await redis.set("test:key", "value", ex=5)
    assert await redis.get("test:key") == b"value"
    await redis.aclose()


async def test_a_dropped_connection_is_made_anew(settings_anywhere: SettingsOf) -> None:
    redis, other = open_redis(settings_anywhere().core), open_redis(settings_anywhere().core)
    await other.client_kill_filter(_id=str(await redis.client_id()))

    assert await redis.ping()
    await redis.aclose()
    await other.aclose()


async def test_a_server_that_is_down_fails_at_once_and_is_not_refused(settings_anywhere: SettingsOf) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        redis = open_redis(settings_anywhere(REDIS_URL=f"redis://127.0.0.1:{probe.getsockname()[1]}").core)
        began = asyncio.get_running_loop().time()
        await refuse_cluster(redis)
        with pytest.raises(RedisConnectionError):
            await redis.ping()

    assert asyncio.get_running_loop().time() - began < 2
    await redis.aclose()


async def test_a_silent_server_holds_the_start_up_for_a_moment_and_is_not_refused(
    settings_anywhere: SettingsOf,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        redis = open_redis(settings_anywhere(REDIS_URL=f"redis://127.0.0.1:{silent.getsockname()[1]}").core)
        began = asyncio.get_running_loop().time()
        await refuse_cluster(redis)

    assert asyncio.get_running_loop().time() - began < 5
    await redis.aclose()
