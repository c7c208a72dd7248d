"""Locks and their fencing tokens, on a real Redis and a real PostgreSQL (template-owned)."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from tests.api.conftest import SettingsOf
from tests.api.database import connected, fetch

from app.api.redis.locks import HeldLock, LateWriterError, LockTakenError, check_fence, held_lock
from app.api.redis.store import StoreError
from app.api.runtime import Runtime, make_runtime
from app.kit.problems import ProblemError


async def _close(runtime: Runtime) -> None:
    await runtime.database.close()
    await runtime.store.redis.aclose()


@pytest.fixture
async def runtime(settings: SettingsOf) -> AsyncIterator[Runtime]:
    runtime = make_runtime(settings())
    yield runtime
    await _close(runtime)


@pytest.fixture
def report() -> str:
    return str(uuid4())


async def _write(runtime: Runtime, lock: HeldLock) -> None:
    async with runtime.database.transaction() as session:
        await check_fence(session, lock)


async def test_a_lock_is_held_for_thirty_seconds_at_most_and_given_back(runtime: Runtime, report: str) -> None:
    redis = runtime.store.redis
    async with held_lock(runtime, "report", report) as lock:
        assert (lock.resource, lock.id) == ("report", report)
        assert 29_000 < await redis.pttl(f"lock:report:{report}") <= 30_000

    assert await redis.exists(f"lock:report:{report}") == 0


async def test_nobody_else_gets_it_meanwhile(runtime: Runtime, report: str) -> None:
    async with held_lock(runtime, "report", report):
        with pytest.raises(LockTakenError):
            async with held_lock(runtime, "report", report):
                pytest.fail("two hold it")
        async with held_lock(runtime, "report", f"{report}-other"):
            pass

    async with held_lock(runtime, "report", report):
        pass


async def test_whoever_waits_gets_it_next_with_a_higher_token(runtime: Runtime, report: str) -> None:
    fences: list[int] = []

    async def work() -> None:
        async with held_lock(runtime, "report", report, wait_seconds=10) as lock:
            fences.append(lock.fence)
            await asyncio.sleep(0.01)
            assert fences[-1] == lock.fence

    await asyncio.gather(*(work() for _ in range(5)))

    assert len(fences) == 5
    assert fences == sorted(set(fences))


async def test_waiting_has_an_end(runtime: Runtime, report: str) -> None:
    clock = asyncio.get_running_loop().time
    async with held_lock(runtime, "report", report):
        began = clock()
        with pytest.raises(LockTakenError):
            async with held_lock(runtime, "report", report, wait_seconds=0.3):
                pytest.fail("two hold it")

    assert 0.3 <= clock() - began < 3


async def test_work_that_fails_gives_the_lock_back(runtime: Runtime, report: str) -> None:
    with pytest.raises(LookupError):
        async with held_lock(runtime, "report", report):
            raise LookupError

    assert await runtime.store.redis.exists(f"lock:report:{report}") == 0


async def test_a_lock_that_ended_is_not_taken_away_from_its_next_holder(runtime: Runtime, report: str) -> None:
    redis = runtime.store.redis
    async with held_lock(runtime, "report", report):
        await redis.delete(f"lock:report:{report}")
        async with held_lock(runtime, "report", report):
            taken = await redis.get(f"lock:report:{report}")
            assert taken is not None
        await redis.set(f"lock:report:{report}", taken)

    assert await redis.get(f"lock:report:{report}") == taken


async def test_a_late_writer_is_refused(runtime: Runtime, report: str, database_url: str) -> None:
    async with held_lock(runtime, "report", report) as early:
        await _write(runtime, early)
        await _write(runtime, early)
        # As if it had slept past its 30 seconds.
        await runtime.store.redis.delete(f"lock:report:{report}")
        async with held_lock(runtime, "report", report) as late:
            await _write(runtime, late)
        with pytest.raises(LateWriterError) as caught:
            await _write(runtime, early)

    assert str(caught.value) == f"report {report}: token {early.fence} is too old"
    assert late.fence > early.fence
    assert await fetch(database_url, "SELECT * FROM fences") == [
        {"resource": "report", "id": report, "token": late.fence}
    ]


async def test_a_token_that_is_not_committed_refuses_nobody(runtime: Runtime, report: str) -> None:
    with pytest.raises(LookupError):
        async with runtime.database.transaction() as session:
            await check_fence(session, HeldLock("report", report, 2**40))
            raise LookupError

    await _write(runtime, HeldLock("report", report, 1))


async def test_a_writer_waits_for_another_that_has_not_committed(runtime: Runtime, report: str) -> None:
    async with runtime.database.transaction() as session:
        await check_fence(session, HeldLock("report", report, 2))
        early = asyncio.create_task(_write(runtime, HeldLock("report", report, 1)))
        await asyncio.sleep(0.1)
        assert not early.done()

    with pytest.raises(LateWriterError):
        await early


async def test_a_lock_that_ended_before_its_token_came_is_not_given(runtime: Runtime, report: str) -> None:
    async with connected(_url(runtime)) as connection:
        await connection.execute("BEGIN; ALTER SEQUENCE fencing_tokens CACHE 1")

        async def take() -> None:
            async with held_lock(runtime, "report", report):
                pytest.fail("it was given")

        taking = asyncio.create_task(take())
        while not await runtime.store.redis.exists(f"lock:report:{report}"):
            await asyncio.sleep(0.01)
        await runtime.store.redis.delete(f"lock:report:{report}")
        await connection.execute("ROLLBACK")
        with pytest.raises(LockTakenError, match="ended while PostgreSQL was waited for"):
            await taking


def _url(runtime: Runtime) -> str:
    server = runtime.settings.core.database_url
    return f"postgresql://{server.user}:{server.password}@{server.host}:{server.port}/{server.database}"


async def test_without_redis_there_is_no_lock(settings: SettingsOf, report: str) -> None:
    runtime = make_runtime(settings(REDIS_URL="redis://127.0.0.1:1"))
    with pytest.raises(StoreError):
        async with held_lock(runtime, "report", report):
            pytest.fail("it was given")
    await _close(runtime)


async def test_without_postgresql_there_is_no_token_and_the_lock_is_given_back(
    settings_anywhere: SettingsOf, report: str
) -> None:
    runtime = make_runtime(settings_anywhere(DATABASE_URL="postgresql://app:app@127.0.0.1:1/app"))
    with pytest.raises(ProblemError):
        async with held_lock(runtime, "report", report):
            pytest.fail("it was given")

    assert await runtime.store.redis.exists(f"lock:report:{report}") == 0
    await _close(runtime)


async def test_a_redis_that_goes_away_ends_no_work(runtime: Runtime, report: str) -> None:
    done = False
    async with held_lock(runtime, "report", report):
        runtime.store.redis.connection_pool.connection_kwargs["port"] = 1
        await runtime.store.redis.connection_pool.disconnect()
        done = True

    assert done
