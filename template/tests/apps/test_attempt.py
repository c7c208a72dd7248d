"""One attempt at a job: done with what it wrote, or not at all (template-owned)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event as Flag
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from prometheus_client import REGISTRY
from tests.apps.application import execute
from tests.apps.working import doing, on_notes, work_off

from app.apps.outbox.attempt import attempt
from app.apps.outbox.models import WrittenJob
from app.apps.outbox.publish import enqueue
from app.apps.remote import Failures, Remote
from app.kit.jobs import Job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_notes() -> None:
    # No model of Django's, so nothing empties it between tests.
    execute("DELETE FROM fences")


def write_note(_: Job) -> None:
    execute("INSERT INTO fences (resource, id, token) VALUES ('note', gen_random_uuid(), 1)")


def notes() -> int:
    return len(execute("SELECT id FROM fences WHERE resource = 'note'"))


def note_server() -> Remote:
    return Remote("The note server", Failures(unreached=(ConnectionRefusedError,)), seconds=5)


def pair(_: Job) -> None:
    execute("INSERT INTO pairs VALUES (1, 2)")


def fail(_: Job) -> None:
    raise OSError("hunter2")


def enqueued(**data: Any) -> UUID:
    job = Job("test.work", data)
    enqueue(job)
    return job.id


def test_a_job_gets_its_data_and_its_id() -> None:
    done: list[Job] = []
    job_id = enqueued(size=3)
    work_off(doing(done.append))

    assert [(job.id, job.name, job.data, job.queue) for job in done] == [(job_id, "test.work", {"size": 3}, "default")]


def test_a_message_that_comes_twice_does_nothing() -> None:
    functions, job_id = doing(write_note), enqueued()

    assert [attempt(functions, job_id) for _ in range(3)] == ["done", None, None]
    assert attempt(functions, uuid4()) is None
    assert notes() == 1


def test_a_message_that_comes_meanwhile_does_nothing() -> None:
    began, may_end = Flag(), Flag()

    def work(job: Job) -> None:
        write_note(job)
        began.set()
        may_end.wait(20)

    functions, job_id = doing(work), enqueued()

    def first() -> Any:
        try:
            return attempt(functions, job_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        doing_it = threads.submit(first)
        assert began.wait(20)
        assert attempt(functions, job_id) is None
        may_end.set()
        assert doing_it.result() == "done"
    assert notes() == 1


def test_what_a_failing_job_wrote_is_undone_with_its_effects() -> None:
    effects: list[str] = []

    def work(job: Job) -> None:
        transaction.on_commit(lambda: effects.append("told"))
        write_note(job)
        execute("SELECT 1 / 0")

    enqueued()
    work_off(doing(work))

    job = WrittenJob.objects.get()
    assert (job.error, job.attempts, job.finished_at) == ("DataError", 1, None)
    assert (notes(), effects) == (0, [])


def test_what_would_show_at_the_commit_only_is_an_attempt_too() -> None:
    key = "id INT PRIMARY KEY, other INT REFERENCES pairs DEFERRABLE INITIALLY DEFERRED"
    execute(f"CREATE TABLE pairs ({key})")
    try:
        enqueued()
        work_off(doing(pair))
        job = WrittenJob.objects.get()
        assert (job.error, job.attempts, execute("SELECT * FROM pairs")) == ("IntegrityError", 1, [])
    finally:
        execute("DROP TABLE pairs")


def test_each_attempt_waits_longer_up_to_ten_minutes() -> None:
    enqueued()
    for number, longest in ((1, 2), (2, 4), (5, 32), (9, 512), (10, 600), (11, 600)):
        execute(f"UPDATE jobs SET attempts = {number - 1}, due_at = NOW()")
        before = datetime.now(UTC)
        work_off(doing(fail))
        job = WrittenJob.objects.get()
        wait = (job.due_at - before).total_seconds()
        assert longest / 2 <= wait <= longest + 5, (number, wait)
        assert (job.attempts, job.finished_at) == (number, None)


def test_after_the_twelfth_attempt_a_job_is_given_up() -> None:
    def counted(outcome: str) -> float:
        return REGISTRY.get_sample_value("queue_jobs_total", {"queue": "default", "status": outcome}) or 0.0

    before = [counted(outcome) for outcome in ("done", "failed", "given_up")]
    enqueued()
    for _ in range(14):
        execute("UPDATE jobs SET due_at = NOW()")
        work_off(doing(fail))

    job = WrittenJob.objects.get()
    assert (job.attempts, job.error) == (12, "OSError")
    assert job.finished_at is not None
    after = [counted(outcome) for outcome in ("done", "failed", "given_up")]
    assert [now - then for now, then in zip(after, before, strict=True)] == [0, 11, 1]


def test_a_server_that_is_away_longer_than_a_job_has_attempts_costs_none() -> None:
    server, is_away = note_server(), True

    def answer() -> None:
        if is_away:
            raise ConnectionResetError

    def work(job: Job) -> None:
        write_note(job)
        server.call(answer)

    def work_off_all() -> WrittenJob:
        execute("UPDATE jobs SET due_at = NOW()")
        work_off(doing(work))
        return WrittenJob.objects.get()

    enqueued()
    errors = []
    for _ in range(14):
        job = work_off_all()
        errors.append(job.error)
        assert (job.attempts, job.finished_at, job.due_at > datetime.now(UTC)) == (0, None, True)
    # Three have reached the server, and from then on it is left alone.
    assert errors == ["ConnectionResetError"] * 3 + ["CircuitOpenError"] * 11

    server, is_away = note_server(), False
    for _ in range(2):
        job = work_off_all()

    assert (job.attempts, job.error, job.finished_at is None) == (1, None, False)
    assert notes() == 1


def test_a_job_whose_function_is_gone_says_so() -> None:
    enqueued()
    work_off(on_notes())

    job = WrittenJob.objects.get()
    assert (job.error, job.finished_at) == ("no slice has a function of this name", None)


def test_an_attempt_that_is_broken_off_leaves_the_job_as_it_was() -> None:
    def end(job: Job) -> None:
        write_note(job)
        raise SystemExit

    functions, job_id = doing(end), enqueued()
    with pytest.raises(SystemExit):
        attempt(functions, job_id)

    job = WrittenJob.objects.get()
    assert (job.attempts, job.error, job.finished_at, notes()) == (0, None, None, 0)


def test_an_attempt_whose_connection_is_cut_leaves_the_job_for_another() -> None:
    def cut(_: Job) -> None:
        execute("SELECT pg_terminate_backend(pg_backend_pid())")

    job_id = enqueued()
    with pytest.raises(DatabaseError):
        attempt(doing(cut), job_id)
    connection.close()
    assert WrittenJob.objects.get().attempts == 0

    assert attempt(doing(write_note), job_id) == "done"
    assert notes() == 1


def test_a_statement_that_the_server_gives_up_is_an_attempt() -> None:
    def work(job: Job) -> None:
        write_note(job)
        execute("SET LOCAL statement_timeout = '100ms'")
        execute("SELECT pg_sleep(20)")

    assert attempt(doing(work), enqueued()) == "failed"
    job = WrittenJob.objects.get()
    assert (job.error, job.attempts, job.finished_at, notes()) == ("OperationalError", 1, None, 0)
