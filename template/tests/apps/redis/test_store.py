"""Redis behind its circuit breaker, and what is measured of it (template-owned)."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from prometheus_client import REGISTRY
from tests.commands import free_port
from tests.environment import core_settings

from app.apps.redis.client import open_redis
from app.apps.redis.store import Store, StoreError, the_store


@pytest.fixture
def lost_store() -> Iterator[Store]:
    """A Redis that is not there."""
    store = Store(open_redis(core_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}")))
    yield store
    store.close()


def counted(operation: str) -> float:
    return REGISTRY.get_sample_value("cache_operation_duration_seconds_count", {"operation": operation}) or 0


def test_what_the_call_gets_is_given_and_timed_by_its_name() -> None:
    before = counted("tried")
    assert the_store().run("tried", the_store().redis.ping) is True
    assert the_store().is_resting is False
    assert counted("tried") - before == 1


def test_a_redis_that_fails_three_times_is_left_alone(lost_store: Store) -> None:
    before = counted("failed")
    for _ in range(3):
        with pytest.raises(StoreError, match="failed: ConnectionError"):
            lost_store.run("failed", lost_store.redis.ping)

    assert lost_store.is_resting is True
    with pytest.raises(StoreError, match="failed: CircuitOpenError"):
        lost_store.run("failed", lost_store.redis.ping)
    # What is not tried is not timed.
    assert counted("failed") - before == 3


def test_a_crowd_shares_the_connections_instead_of_failing() -> None:
    with ThreadPoolExecutor(32) as crowd:
        answers = set(crowd.map(lambda _: the_store().run("ping", the_store().redis.ping), range(300)))

    assert answers == {True}


def test_a_silent_redis_is_waited_for_no_longer_than_redis_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        store = Store(open_redis(core_settings(REDIS_URL=url, REDIS_TIMEOUT="200ms")))
        began = time.monotonic()
        with pytest.raises(StoreError, match="ping: TimeoutError"):
            store.run("ping", store.redis.ping)

    assert 0.2 <= time.monotonic() - began < 2
    store.close()
