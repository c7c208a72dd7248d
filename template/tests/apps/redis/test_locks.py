"""Locks and their fencing tokens, on a real Redis and a real PostgreSQL (template-owned)."""

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from tests.apps.application import execute
from tests.apps.people import at_once, until_waiting
from tests.environment import core_settings
from tests.forwarding import Proxy, forwarding

from app.apps.redis.client import open_redis
from app.apps.redis.locks import HeldLock, LateWriterError, LockTakenError, check_fence, held_lock
from app.apps.redis.store import Store, StoreError, the_store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def report() -> str:
    return str(uuid4())


def write(lock: HeldLock) -> None:
    with transaction.atomic():
        check_fence(lock)


def test_a_lock_is_held_for_thirty_seconds_at_most_and_given_back(report: str) -> None:
    redis: Any = the_store().redis
    with held_lock("report", report) as lock:
        assert (lock.resource, lock.id) == ("report", report)
        assert 29_000 < redis.pttl(f"lock:report:{report}") <= 30_000

    assert redis.exists(f"lock:report:{report}") == 0


def test_nobody_else_gets_it_meanwhile(report: str) -> None:
    with held_lock("report", report):
        with pytest.raises(LockTakenError), held_lock("report", report):
            pytest.fail("two hold it")
        with held_lock("report", f"{report}-other"):
            pass

    with held_lock("report", report):
        pass


def test_whoever_waits_gets_it_next_with_a_higher_token(report: str) -> None:
    fences: list[int] = []

    def work() -> None:
        try:
            with held_lock("report", report, wait_seconds=10) as lock:
                fences.append(lock.fence)
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as threads:
        for done in [threads.submit(work) for _ in range(5)]:
            done.result()

    assert len(fences) == 5
    assert fences == sorted(set(fences))


def test_waiting_has_an_end(report: str) -> None:
    with held_lock("report", report):
        began = time.monotonic()
        with pytest.raises(LockTakenError), held_lock("report", report, wait_seconds=0.3):
            pytest.fail("two hold it")

    assert 0.3 <= time.monotonic() - began < 3


def test_a_lock_that_ended_is_not_taken_away_from_its_next_holder(report: str) -> None:
    redis = the_store().redis
    with held_lock("report", report):
        redis.set(f"lock:report:{report}", b"another")

    assert redis.get(f"lock:report:{report}") == b"another"


def test_a_late_writer_is_refused(report: str) -> None:
    with held_lock("report", report) as early:
        write(early)
        write(early)
        # As if it had slept past its 30 seconds.
        the_store().redis.delete(f"lock:report:{report}")
        with held_lock("report", report) as late:
            write(late)
        with pytest.raises(LateWriterError) as caught:
            write(early)

    assert str(caught.value) == f"report {report}: token {early.fence} is too old"
    assert late.fence > early.fence
    assert execute(f"SELECT token FROM fences WHERE id = '{report}'") == [(late.fence,)]


def test_a_token_that_is_not_committed_refuses_nobody(report: str) -> None:
    with pytest.raises(LookupError), transaction.atomic():
        check_fence(HeldLock("report", report, 2**40))
        raise LookupError

    write(HeldLock("report", report, 1))


def test_a_lock_that_ended_before_its_token_came_is_not_given(report: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = the_store()
    run = store.run

    def end_before(operation: str, call: Any) -> Any:
        if operation == "lock.extend":
            store.redis.delete(f"lock:report:{report}")
        return run(operation, call)

    monkeypatch.setattr(store, "run", end_before)
    with pytest.raises(LockTakenError, match="ended while PostgreSQL was waited for"), held_lock("report", report):
        pytest.fail("it was given")


def test_without_redis_there_is_no_lock(report: str) -> None:
    lost = Store(open_redis(core_settings(REDIS_URL="redis://127.0.0.1:1")))
    with pytest.raises(StoreError), held_lock("report", report, store=lost):
        pytest.fail("it was given")


def test_work_that_fails_gives_the_lock_back(report: str) -> None:
    with pytest.raises(LookupError), held_lock("report", report):
        raise LookupError

    assert the_store().redis.exists(f"lock:report:{report}") == 0


def test_a_writer_waits_for_another_that_has_not_committed(report: str) -> None:
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            check_fence(HeldLock("report", report, 2))
            early = at_once(threads, check_fence, HeldLock("report", report, 1))
            until_waiting(1)
            assert not early.done()
        with pytest.raises(LateWriterError):
            early.result()


def test_without_postgresql_there_is_no_token_and_the_lock_is_given_back(report: str) -> None:
    execute("ALTER SEQUENCE fencing_tokens RENAME TO hidden")
    try:
        with pytest.raises(DatabaseError), held_lock("report", report):
            pytest.fail("it was given")
    finally:
        execute("ALTER SEQUENCE hidden RENAME TO fencing_tokens")

    assert the_store().redis.exists(f"lock:report:{report}") == 0


async def test_a_redis_that_goes_away_ends_no_work(report: str) -> None:
    async with forwarding(lambda: os.environ["REDIS_URL"]) as proxy:
        assert await asyncio.to_thread(_work_on, proxy, report)


def _work_on(proxy: Proxy, report: str) -> bool:
    done = False
    with closing(Store(open_redis(core_settings(REDIS_URL=proxy.url, REDIS_TIMEOUT="200ms")))) as store:
        try:
            with held_lock("report", report, store=store):
                proxy.trouble.flows.clear()
                done = True
        finally:
            connection.close()
    return done
