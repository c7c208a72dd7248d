"""The relay: what was committed becomes jobs, and messages, at least once (template-owned)."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from prometheus_client import REGISTRY
from tests.apps.application import execute
from tests.apps.people import at_once
from tests.apps.redis.listening import listening
from tests.apps.working import on_notes, work_off, working_relay

from app.apps.outbox.models import OutboxEvent, WrittenJob
from app.apps.outbox.publish import enqueue, publish
from app.apps.outbox.relay import Relay
from app.apps.redis.store import StoreError, the_store
from app.apps.slices import find_slices
from app.kit.events import Event
from app.kit.jobs import MOST_SENT, Job, Queue
from app.kit.logs import current_trace
from app.kit.queue_settings import queue_key
from app.kit.trace import Trace
from app.site.schedule import write_due

pytestmark = pytest.mark.django_db(transaction=True)
Told = list[Event]
# Of this process alone: all workers' listeners are at one Redis.
ORGANIZATION = uuid4()


class Post:
    """What a relay has sent."""

    def __init__(self) -> None:
        self.ids: list[UUID] = []

    def send(self, _: Queue, ids: Sequence[UUID]) -> None:
        self.ids.extend(ids)


@pytest.fixture
def told() -> Told:
    return []


def event(number: int = 1, name: str = "note.created") -> Event:
    return Event(name, ORGANIZATION, UUID(int=2), "note", UUID(int=number), 3, {"title": "a", "n": number})


def fail(_: Event) -> None:
    raise OSError("hunter2")


@contextmanager
def running(relay: Relay) -> Iterator[None]:
    stop = Flag()
    thread = Thread(target=relay.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def until(is_so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_event_arrives_as_it_was_published_and_once(told: Told) -> None:
    one = event()
    publish(one)
    for _ in range(2):
        work_off(on_notes(test=told.append))

    assert told == [one]
    job = WrittenJob.objects.get()
    assert (job.name, job.queue, job.event_id) == ("test.note.created", "default", one.id)
    assert (job.attempts, job.error) == (1, None)
    assert job.finished_at is not None
    assert job.finished_at <= datetime.now(UTC)


def test_what_is_not_committed_is_never_told(told: Told) -> None:
    with pytest.raises(LookupError), transaction.atomic():
        publish(event())
        enqueue(Job("test.job"))
        raise LookupError

    assert working_relay(on_notes(test=told.append)).turn() == 0
    assert told == []


def test_events_are_taken_a_hundred_at_once_in_the_order_they_happened(told: Told) -> None:
    publish(*(event(number, "note.ignored") for number in range(130)), event(999))
    functions = on_notes(test=told.append)
    relay = working_relay(functions)
    with listening(f"updates:{ORGANIZATION}:note") as heard:
        assert [relay.make_jobs() for _ in range(3)] == [100, 31, 0]
        numbers = [heard.get(timeout=10).event["data"]["n"] for _ in range(131)]

    assert numbers == [*range(130), 999]
    assert not OutboxEvent.objects.filter(relayed_at=None).exists()
    assert WrittenJob.objects.count() == 1
    work_off(functions)
    assert [one.data["n"] for one in told] == [999]


def test_every_event_of_a_committed_transaction_is_counted() -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("operations_total", {"operation_type": "note.counted"}) or 0.0

    before = counted()
    publish(*(event(number, "note.counted") for number in range(3)))
    publish()
    with pytest.raises(LookupError), transaction.atomic():
        publish(event(4, "note.counted"))
        raise LookupError

    assert counted() - before == 3


def test_each_who_acts_on_an_event_has_a_job_of_its_own(told: Told) -> None:
    publish(event())
    work_off(on_notes(alpha=fail, beta=told.append))

    alpha, beta = WrittenJob.objects.order_by("name")
    assert (alpha.error, alpha.finished_at, beta.error) == ("OSError", None, None)
    execute("UPDATE jobs SET due_at = NOW()")
    work_off(on_notes(alpha=told.append, beta=told.append))
    assert len(told) == 2


def test_a_message_is_sent_again_only_after_a_while(told: Told) -> None:
    post = Post()
    relay = Relay(on_notes(test=told.append), post.send)
    publish(event())

    assert [relay.turn() for _ in range(3)] == [2, 0, 0]
    job = WrittenJob.objects.get()
    assert 290 < (job.due_at - datetime.now(UTC)).total_seconds() <= 300
    # As if the message, or whoever had it, was lost.
    execute("UPDATE jobs SET due_at = NOW()")
    assert relay.turn() == 1
    assert post.ids == [job.id] * 2


def test_a_job_that_could_not_be_sent_is_due_at_once(told: Told) -> None:
    def refuse(_: Queue, __: Sequence[UUID]) -> None:
        raise ConnectionError

    publish(event())
    with pytest.raises(ConnectionError):
        Relay(on_notes(test=told.append), refuse).turn()

    assert WrittenJob.objects.get().due_at <= datetime.now(UTC)


def test_without_redis_jobs_are_written_and_wait(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def be_away(*_: Any) -> None:
        raise StoreError

    post = Post()
    publish(event())
    monkeypatch.setattr(the_store(), "run", be_away)
    with pytest.raises(StoreError):
        Relay(on_notes(test=told.append), post.send).turn()

    assert WrittenJob.objects.get().due_at <= datetime.now(UTC)
    assert post.ids == []


def test_a_full_queue_gets_no_more() -> None:
    post, key, redis = Post(), queue_key("scan"), the_store().redis
    enqueue(Job("x.y", queue="scan"), Job("x.y", queue="search"))
    redis.rpush(key, *["message"] * MOST_SENT)
    try:
        Relay(on_notes(), post.send).turn()
    finally:
        redis.delete(key)

    waiting = WrittenJob.objects.filter(due_at__lte=datetime.now(UTC)).values_list("queue", flat=True)
    assert (len(post.ids), list(waiting)) == (1, ["scan"])


def test_relays_never_take_the_same(told: Told) -> None:
    post = Post()

    def relay_all() -> None:
        relay = Relay(on_notes(test=told.append), post.send)
        for _ in range(3):
            relay.turn()
        connection.close()

    publish(*(event(number) for number in range(30)))
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(relay_all) for _ in range(4)]:
            done.result()

    assert (len(post.ids), len(set(post.ids)), WrittenJob.objects.count()) == (30, 30, 30)


def test_an_event_that_another_relay_holds_is_left_alone(told: Told) -> None:
    publish(event())
    relay = working_relay(on_notes(test=told.append))
    holds, ends = Flag(), Flag()

    def hold() -> None:
        OutboxEvent.objects.select_for_update().get()
        holds.set()
        ends.wait(20)

    with ThreadPoolExecutor(1) as threads:
        holding = at_once(threads, hold)
        assert holds.wait(20)
        assert relay.make_jobs() == 0
        ends.set()
        holding.result()
    assert relay.make_jobs() == 1


def test_a_running_relay_outlives_a_database_that_fails_and_stops_when_told(told: Told) -> None:
    execute("ALTER TABLE outbox RENAME TO outbox_away")
    with running(working_relay(on_notes(test=told.append))):
        time.sleep(0.3)
        execute("ALTER TABLE outbox_away RENAME TO outbox")
        one = event()
        publish(one)
        until(lambda: told)

    assert told == [one]


def test_the_depth_of_a_queue_counts_what_is_not_done() -> None:
    enqueue(*(Job("x.y", queue="search") for _ in range(3)))
    with running(working_relay(on_notes())):
        until(lambda: REGISTRY.get_sample_value("queue_depth", {"queue": "search"}) == 3)


def test_the_trace_of_a_request_goes_on_in_its_jobs() -> None:
    found: list[Trace | None] = []
    current_trace.set(Trace("a" * 32, "b" * 16, None, sampled=True))
    publish(event())
    current_trace.set(None)
    work_off(on_notes(test=lambda _: found.append(current_trace.get())))

    (trace,) = found
    assert trace is not None
    assert (trace.trace_id, trace.parent_span_id, trace.sampled) == ("a" * 32, "b" * 16, True)
    assert current_trace.get() is None


def test_an_event_may_hold_what_json_has_no_form_for(told: Told) -> None:
    when = datetime(2026, 1, 2, tzinfo=UTC)
    publish(Event("note.created", uuid4(), None, "note", uuid4(), 1, {"at": when, "id": UUID(int=7)}))
    work_off(on_notes(test=told.append))

    assert told[0].data == {"at": "2026-01-02T00:00:00.000000Z", "id": "00000000-0000-0000-0000-000000000007"}


def test_the_listeners_are_told_once_however_often_a_job_fails() -> None:
    publish(event(1))
    with listening(f"updates:{ORGANIZATION}:note") as heard:
        for _ in range(2):
            work_off(on_notes(test=fail))
            execute("UPDATE jobs SET due_at = NOW()")
        publish(event(2))
        work_off(on_notes())
        numbers = [heard.get(timeout=10).event["data"]["n"] for _ in range(2)]

    assert numbers == [1, 2]


def test_schedulers_at_the_same_time_have_a_job_done_once() -> None:
    now = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    slices = [one for one in find_slices() if one.short_name == "housekeeping"]
    with ThreadPoolExecutor(4) as threads:
        for moment in (now, now, now + timedelta(hours=1)):
            for written in [at_once(threads, write_due, slices, moment) for _ in range(4)]:
                written.result()
            for done in [threads.submit(_work_off_and_close) for _ in range(2)]:
                done.result()

    done_jobs = WrittenJob.objects.values_list("name", "attempts", "error")
    assert list(done_jobs) == [("housekeeping.clean", 1, None)] * 2


def _work_off_and_close() -> None:
    try:
        work_off()
    finally:
        connection.close()
