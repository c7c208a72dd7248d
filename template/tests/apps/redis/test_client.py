"""Redis from the service's side (template-owned)."""

import socket
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from tests.clusters import valkey_cluster
from tests.commands import free_port
from tests.environment import core_settings

from app.apps.redis.client import open_redis, refuse_cluster
from app.kit.settings import SettingsError


def test_a_cluster_is_refused_with_the_fix(tmp_path: Path) -> None:
    with (
        valkey_cluster(tmp_path) as url,
        closing(open_redis(core_settings(REDIS_URL=url))) as redis,
        pytest.raises(SettingsError) as caught,
    ):
        refuse_cluster(redis)

    assert str(caught.value) == (
        "REDIS_URL: it is a Redis Cluster; give a single server or a replication group (cluster mode off)"
    )


def test_a_single_server_is_taken_and_works() -> None:
    with closing(open_redis(core_settings())) as redis:
        refuse_cluster(redis)
        redis.set("test:key", "value", ex=5)
        assert redis.get("test:key") == b"value"


def test_a_dropped_connection_is_made_anew() -> None:
    with closing(open_redis(core_settings())) as redis, closing(open_redis(core_settings())) as other:
        admin: Any = other
        admin.client_kill_filter(_id=str(redis.client_id()))
        assert redis.ping()


def test_a_server_that_is_down_fails_at_once_and_is_not_refused() -> None:
    with closing(open_redis(core_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}"))) as redis:
        began = time.monotonic()
        refuse_cluster(redis)
        with pytest.raises(RedisConnectionError):
            redis.ping()
        assert time.monotonic() - began < 2


def test_a_silent_server_holds_the_start_up_for_a_moment_and_is_not_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        with closing(open_redis(core_settings(REDIS_URL=url))) as redis:
            began = time.monotonic()
            refuse_cluster(redis)
            assert time.monotonic() - began < 5
