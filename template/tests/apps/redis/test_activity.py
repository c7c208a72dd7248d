"""How many users are active (template-owned; guide, "Business")."""

import socket
import time
from typing import Any
from uuid import uuid4

from prometheus_client import REGISTRY
from tests.environment import core_settings

from app.apps.redis.activity import ActiveUsers
from app.apps.redis.client import open_redis
from app.apps.redis.store import Store, the_store

NOON = 1_800_014_400.0  # 2027-01-15, 12:00 UTC
DAY = 86_400


def counted() -> float:
    return REGISTRY.get_sample_value("users_active_total") or 0


def test_a_user_counts_once_a_utc_day() -> None:
    now = NOON
    users = ActiveUsers(the_store(), clock=lambda: now)
    one, other, before = uuid4(), uuid4(), counted()
    for user in (one, one, other, one):
        users.note(user)
    now = NOON + DAY / 2 - 1
    users.note(one)
    now = NOON + DAY / 2
    users.note(one)
    users.note(one)
    users.settle()

    assert counted() == before + 3


def test_a_user_counts_once_however_many_processes_there_are() -> None:
    user, before = uuid4(), counted()
    for _ in range(3):
        users = ActiveUsers(the_store(), clock=lambda: NOON)
        users.note(user)
        users.settle()

    assert counted() == before + 1
    redis: Any = the_store().redis
    key = f"cache:active:2027-01-15:{user}"
    assert redis.get(key) == b"1"
    assert DAY - 60 <= redis.ttl(key) <= DAY


def test_without_redis_each_process_counts_by_itself() -> None:
    users = ActiveUsers(Store(open_redis(core_settings(REDIS_URL="redis://127.0.0.1:1"))))
    user, before = uuid4(), counted()
    for _ in range(3):
        users.note(user)
    users.settle()

    assert counted() == before + 1


def test_a_request_does_not_wait_for_redis() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        users = ActiveUsers(Store(open_redis(core_settings(REDIS_URL=url, REDIS_TIMEOUT="300ms"))))
        began = time.monotonic()
        users.note(uuid4())
        assert time.monotonic() - began < 0.1
        users.settle()
        assert time.monotonic() - began >= 0.3
