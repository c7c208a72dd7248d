"""One attempt at a job: done with what it wrote, or not at all (template-owned)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.api.conftest import SettingsOf
from tests.api.database import execute, fetch
from tests.api.worker.conftest import jobs, make_due
from tests.api.working import work_off
from tests.commands import free_port

from app.api.outbox.publish import enqueue
from app.api.postgres.database import after_commit
from app.api.remote import Failures, Remote
from app.api.runtime import Runtime, make_runtime
from app.api.slices import Slice
from app.api.worker import attempt as attempt_module
from app.api.worker.attempt import attempt
from app.api.worker.functions import Functions
from app.kit.jobs import Job
from app.kit.problems import ProblemError

Work = Callable[[Runtime, AsyncSession, Job], Awaitable[None]]
NOTE = text("INSERT INTO fences (resource, id, token) VALUES ('note', gen_random_uuid(), 1)")


def doing(work: Work) -> list[Slice]:
    return [Slice("test", jobs={"work": work})]


def note_server() -> Remote:
    return Remote("The note server", Failures(unreached=(ConnectionRefusedError,)), seconds=20)


async def fail(_: Runtime, __: AsyncSession, ___: Job) -> None:
    raise OSError("hunter2")


async def enqueued(runtime: Runtime, **data: Any) -> UUID:
    job = Job("test.work", data)
    async with runtime.database.transaction() as session:
        await enqueue(session, job)
    return job.id


async def notes(url: str) -> int:
    return len(await fetch(url, "SELECT FROM fences WHERE resource = 'note'"))


async def test_a_job_gets_its_data_and_its_id(runtime: Runtime) -> None:
    done: list[Job] = []

    async def work(_: Runtime, __: AsyncSession, job: Job) -> None:
        done.append(job)

    job_id = await enqueued(runtime, size=3)
    await work_off(runtime, doing(work))

    assert [(job.id, job.name, job.data, job.queue) for job in done] == [(job_id, "test.work", {"size": 3}, "default")]


async def test_a_message_that_comes_twice_does_nothing(runtime: Runtime, database_url: str) -> None:
    async def work(_: Runtime, session: AsyncSession, __: Job) -> None:
        await session.execute(NOTE)

    functions, job_id = Functions(doing(work)), await enqueued(runtime)

    assert [await attempt(runtime, functions, job_id) for _ in range(3)] == ["done", None, None]
    assert await attempt(runtime, functions, uuid4()) is None
    assert await notes(database_url) == 1


async def test_a_message_that_comes_meanwhile_does_nothing(runtime: Runtime, database_url: str) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()

    async def work(_: Runtime, session: AsyncSession, __: Job) -> None:
        await session.execute(NOTE)
        began.set()
        await may_end.wait()

    functions, job_id = Functions(doing(work)), await enqueued(runtime)
    first = asyncio.create_task(attempt(runtime, functions, job_id))
    await began.wait()
    assert await attempt(runtime, functions, job_id) is None
    may_end.set()

    assert await first == "done"
    assert await notes(database_url) == 1


async def test_what_a_failing_job_wrote_is_undone_with_its_effects(runtime: Runtime, database_url: str) -> None:
    effects: list[str] = []

    async def work(_: Runtime, session: AsyncSession, __: Job) -> None:
        async def effect() -> None:
            effects.append("told")

        after_commit(session, effect)
        await session.execute(NOTE)
        await session.execute(text("SELECT 1 / 0"))

    await enqueued(runtime)
    await work_off(runtime, doing(work))

    (job,) = await jobs(database_url)
    assert (job["error"], job["attempts"], job["finished_at"]) == ("DBAPIError", 1, None)
    assert (await notes(database_url), effects) == (0, [])


async def test_what_would_show_at_the_commit_only_is_an_attempt_too(runtime: Runtime, database_url: str) -> None:
    async def work(_: Runtime, session: AsyncSession, __: Job) -> None:
        await session.execute(text("INSERT INTO pairs VALUES (1, 2)"))

    key = "id INT PRIMARY KEY, other INT REFERENCES pairs DEFERRABLE INITIALLY DEFERRED"
    await execute(database_url, f"CREATE TABLE pairs ({key})")
    try:
        await enqueued(runtime)
        await work_off(runtime, doing(work))
        (job,) = await jobs(database_url)
        assert (job["error"], job["attempts"]) == ("IntegrityError", 1)
        assert await fetch(database_url, "SELECT * FROM pairs") == []
    finally:
        await execute(database_url, "DROP TABLE pairs")


async def test_each_attempt_waits_longer_up_to_ten_minutes(runtime: Runtime, database_url: str) -> None:
    await enqueued(runtime)
    for number, longest in ((1, 2), (2, 4), (5, 32), (9, 512), (10, 600), (11, 600)):
        await execute(database_url, f"UPDATE jobs SET attempts = {number - 1}, due_at = NOW()")
        before = datetime.now(UTC)
        await work_off(runtime, doing(fail))
        (job,) = await jobs(database_url)
        wait = (job["due_at"] - before).total_seconds()
        assert longest / 2 <= wait <= longest + 5, (number, wait)
        assert (job["attempts"], job["finished_at"]) == (number, None)


async def test_after_the_twelfth_attempt_a_job_is_given_up(runtime: Runtime, database_url: str) -> None:
    def counted(outcome: str) -> float:
        return REGISTRY.get_sample_value("queue_jobs_total", {"queue": "default", "status": outcome}) or 0.0

    before = [counted(outcome) for outcome in ("done", "failed", "given_up")]
    await enqueued(runtime)
    for _ in range(14):
        await make_due(database_url)
        await work_off(runtime, doing(fail))

    (job,) = await jobs(database_url)
    assert (job["attempts"], job["error"]) == (12, "OSError")
    assert job["finished_at"] is not None
    after = [counted(outcome) for outcome in ("done", "failed", "given_up")]
    assert [now - then for now, then in zip(after, before, strict=True)] == [0, 11, 1]


async def test_a_server_that_is_away_longer_than_a_job_has_attempts_costs_none(
    runtime: Runtime, database_url: str
) -> None:
    server, is_away = note_server(), True

    async def answer() -> None:
        if is_away:
            raise ConnectionResetError

    async def work(_: Runtime, session: AsyncSession, __: Job) -> None:
        await session.execute(NOTE)
        await server.call(answer)

    await enqueued(runtime)
    errors = []
    for _ in range(14):
        await make_due(database_url)
        await work_off(runtime, doing(work))
        (job,) = await jobs(database_url)
        errors.append(job["error"])
        assert (job["attempts"], job["finished_at"], job["due_at"] > datetime.now(UTC)) == (0, None, True)
    # Three have reached the server, and from then on it is left alone.
    assert errors == ["ConnectionResetError"] * 3 + ["CircuitOpenError"] * 11

    server, is_away = note_server(), False
    for _ in range(2):
        await make_due(database_url)
        await work_off(runtime, doing(work))

    (job,) = await jobs(database_url)
    assert (job["attempts"], job["error"], job["finished_at"] is None) == (1, None, False)
    assert await notes(database_url) == 1


async def test_a_job_whose_function_is_gone_says_so(runtime: Runtime, database_url: str) -> None:
    await enqueued(runtime)
    await work_off(runtime, [])

    (job,) = await jobs(database_url)
    assert (job["error"], job["finished_at"]) == ("no slice has a function of this name", None)


async def test_an_attempt_that_is_broken_off_leaves_the_job_as_it_was(runtime: Runtime, database_url: str) -> None:
    began = asyncio.Event()

    async def hang(_: Runtime, session: AsyncSession, __: Job) -> None:
        await session.execute(NOTE)
        began.set()
        await asyncio.sleep(60)

    functions, job_id = Functions(doing(hang)), await enqueued(runtime)
    killed = asyncio.create_task(attempt(runtime, functions, job_id))
    await began.wait()
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)

    (job,) = await jobs(database_url)
    assert (job["attempts"], job["error"], job["finished_at"], await notes(database_url)) == (0, None, None, 0)


async def test_without_postgresql_the_job_is_as_it_was(settings: SettingsOf) -> None:
    away = make_runtime(settings(DATABASE_URL=f"postgresql://app@127.0.0.1:{free_port()}/app"))
    with pytest.raises(ProblemError) as caught:
        await attempt(away, Functions([]), uuid4())
    await away.database.close()
    await away.store.close()

    assert caught.value.kind.status == 503


async def test_a_connection_that_is_lost_inside_a_job_leaves_it_as_it_was(runtime: Runtime, database_url: str) -> None:
    async def work(_: Runtime, session: AsyncSession, __: Job) -> None:
        await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    job_id = await enqueued(runtime)
    with pytest.raises(ProblemError) as caught:
        await attempt(runtime, Functions(doing(work)), job_id)

    assert caught.value.kind.status == 503
    (job,) = await jobs(database_url)
    assert (job["attempts"], job["error"], job["finished_at"]) == (0, None, None)


async def test_time_that_is_up_within_a_statement_is_an_attempt(
    runtime: Runtime, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt_module, "LONGEST", timedelta(seconds=0.5))

    async def work(_: Runtime, session: AsyncSession, __: Job) -> None:
        await session.execute(NOTE)
        await session.execute(text("SELECT pg_sleep(3)"))

    job_id = await enqueued(runtime)

    assert await attempt(runtime, Functions(doing(work)), job_id) == "failed"
    (job,) = await jobs(database_url)
    assert (job["attempts"], job["error"], job["finished_at"]) == (1, "TimeoutError", None)
    assert job["due_at"] > datetime.now(UTC)
    assert await notes(database_url) == 0
