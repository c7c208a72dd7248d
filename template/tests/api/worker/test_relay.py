"""The relay: what was committed becomes jobs, and messages, at least once (template-owned)."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY
from sqlalchemy.ext.asyncio import AsyncSession
from tests.api.conftest import SettingsOf
from tests.api.database import execute, fetch
from tests.api.worker.conftest import ORGANIZATION, Told, an_event, jobs, make_due, write
from tests.api.working import work_off, working_relay
from tests.commands import free_port

from app.api.housekeeping.slice import slice_ as housekeeping
from app.api.outbox.publish import enqueue, publish
from app.api.redis.pubsub import subscribe
from app.api.redis.store import StoreError
from app.api.runtime import Runtime, make_runtime
from app.api.slices import Handler, Slice
from app.api.worker.functions import Functions
from app.api.worker.relay import Relay
from app.api.worker.schedule import write_due
from app.kit.channels import Message
from app.kit.events import Event
from app.kit.jobs import MOST_SENT, Job, Queue
from app.kit.logs import current_trace
from app.kit.queue_settings import queue_key
from app.kit.trace import Trace


class Post:
    """What a relay has sent."""

    def __init__(self) -> None:
        self.ids: list[UUID] = []

    async def send(self, _: Queue, ids: Sequence[UUID]) -> None:
        self.ids.extend(ids)


def note_slices(**handlers: Handler) -> list[Slice]:
    return [Slice(name, handlers={"note.created": handler}) for name, handler in handlers.items()]


def relay_of(runtime: Runtime, post: Post, **handlers: Handler) -> Relay:
    return Relay(runtime, Functions(note_slices(**handlers)), post.send)


async def test_an_event_arrives_as_it_was_published_and_once(
    runtime: Runtime, database_url: str, told: Told, tell: Handler
) -> None:
    event = an_event()
    await write(runtime, event)
    for _ in range(2):
        await work_off(runtime, note_slices(test=tell))

    assert told == [event]
    (job,) = await jobs(database_url)
    assert (job["name"], job["queue"], job["event_id"]) == ("test.note.created", "default", event.id)
    assert (job["attempts"], job["error"]) == (1, None)
    assert job["finished_at"] <= datetime.now(UTC)


async def test_what_is_not_committed_is_never_told(runtime: Runtime, told: Told, tell: Handler) -> None:
    relay = working_relay(runtime, note_slices(test=tell))
    with pytest.raises(LookupError):
        async with runtime.database.transaction() as session:
            await publish(session, an_event())
            await enqueue(session, Job("test.job"))
            assert await relay.turn() == 0
            raise LookupError

    assert await relay.turn() == 0
    assert told == []


async def test_events_are_taken_a_hundred_at_once_in_the_order_they_happened(
    runtime: Runtime, database_url: str, told: Told, tell: Handler
) -> None:
    await write(runtime, *(an_event(number, "note.ignored") for number in range(130)), an_event(999))
    relay = working_relay(runtime, note_slices(test=tell))
    async with aclosing(subscribe(runtime.store, [f"updates:{ORGANIZATION}:note"])) as messages:
        heard = asyncio.create_task(_numbers(messages, 131))
        await asyncio.sleep(0.2)

        assert [await relay.make_jobs() for _ in range(3)] == [100, 31, 0]
        assert await heard == [*range(130), 999]
    assert await fetch(database_url, "SELECT FROM outbox WHERE relayed_at IS NULL") == []
    assert len(await jobs(database_url)) == 1
    await work_off(runtime, note_slices(test=tell))
    assert [event.data["n"] for event in told] == [999]


async def _numbers(messages: AsyncGenerator[Message, None], count: int) -> list[int]:
    found: list[int] = []
    async with asyncio.timeout(10):
        while len(found) < count:
            found.append((await anext(messages)).event["data"]["n"])
    return found


async def test_every_event_of_a_committed_transaction_is_counted(runtime: Runtime) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("operations_total", {"operation_type": "note.counted"}) or 0.0

    before = counted()
    await write(runtime, *(an_event(number, "note.counted") for number in range(3)))
    await write(runtime)
    with pytest.raises(LookupError):
        async with runtime.database.transaction() as session:
            await publish(session, an_event(4, "note.counted"))
            raise LookupError

    assert counted() - before == 3


async def test_each_who_acts_on_an_event_has_a_job_of_its_own(
    runtime: Runtime, database_url: str, told: Told, tell: Handler
) -> None:
    async def fail(_: Runtime, __: AsyncSession, ___: Event) -> None:
        raise OSError("hunter2")

    await write(runtime, an_event())
    await work_off(runtime, note_slices(alpha=fail, beta=tell))

    alpha, beta = await jobs(database_url)
    assert (alpha["error"], alpha["finished_at"], beta["error"]) == ("OSError", None, None)
    await make_due(database_url)
    await work_off(runtime, note_slices(alpha=tell, beta=tell))
    assert len(told) == 2


async def test_a_message_is_sent_again_only_after_a_while(runtime: Runtime, database_url: str, tell: Handler) -> None:
    post = Post()
    relay = relay_of(runtime, post, test=tell)
    await write(runtime, an_event())

    assert [await relay.turn() for _ in range(3)] == [2, 0, 0]
    (job,) = await jobs(database_url)
    assert 290 < (job["due_at"] - datetime.now(UTC)).total_seconds() <= 300
    # As if the message, or whoever had it, was lost.
    await make_due(database_url)
    assert await relay.turn() == 1
    assert post.ids == [job["id"]] * 2


async def test_a_job_that_could_not_be_sent_is_due_at_once(runtime: Runtime, database_url: str, tell: Handler) -> None:
    async def refuse(_: Queue, __: Sequence[UUID]) -> None:
        raise ConnectionError

    relay = Relay(runtime, Functions(note_slices(test=tell)), refuse)
    await write(runtime, an_event())
    with pytest.raises(ConnectionError):
        await relay.turn()

    (job,) = await jobs(database_url)
    assert job["due_at"] <= datetime.now(UTC)


async def test_without_redis_jobs_are_written_and_wait(settings: SettingsOf, database_url: str, tell: Handler) -> None:
    post, runtime = Post(), make_runtime(settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}"))
    await write(runtime, an_event())
    with pytest.raises(StoreError):
        await relay_of(runtime, post, test=tell).turn()
    await runtime.database.close()
    await runtime.store.close()

    (job,) = await jobs(database_url)
    assert job["due_at"] <= datetime.now(UTC)
    assert post.ids == []


async def test_a_full_queue_gets_no_more(runtime: Runtime, database_url: str) -> None:
    post = Post()
    async with runtime.database.transaction() as session:
        await enqueue(session, Job("x.y", queue="scan"), Job("x.y", queue="search"))
    key = queue_key("scan")
    await runtime.store.redis.rpush(key, *["message"] * MOST_SENT)
    try:
        await relay_of(runtime, post).turn()
    finally:
        await runtime.store.redis.delete(key)

    waiting = await fetch(database_url, "SELECT queue FROM jobs WHERE due_at <= NOW()")
    assert (len(post.ids), waiting) == (1, [{"queue": "scan"}])


async def test_relays_never_take_the_same(runtime: Runtime, database_url: str, tell: Handler) -> None:
    post = Post()
    relays = [relay_of(runtime, post, test=tell) for _ in range(4)]
    await write(runtime, *(an_event(number) for number in range(30)))
    for _ in range(3):
        await asyncio.gather(*(relay.turn() for relay in relays))

    assert (len(post.ids), len(set(post.ids))) == (30, 30)
    assert len(await jobs(database_url)) == 30


async def test_a_running_relay_finds_what_comes_later_and_outlives_a_database_that_fails(
    runtime: Runtime, database_url: str, told: Told, tell: Handler
) -> None:
    running = asyncio.create_task(working_relay(runtime, note_slices(test=tell)).run())
    await execute(database_url, "ALTER TABLE outbox RENAME TO outbox_away")
    try:
        await asyncio.sleep(0.1)
    finally:
        await execute(database_url, "ALTER TABLE outbox_away RENAME TO outbox")
    event = an_event()
    await write(runtime, event)
    await _until(lambda: bool(told))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert told == [event]


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.02)


async def test_the_depth_of_a_queue_counts_what_is_not_done(runtime: Runtime, tell: Handler) -> None:
    async with runtime.database.transaction() as session:
        await enqueue(session, *(Job("x.y", queue="search") for _ in range(3)))
    relay = working_relay(runtime, note_slices(test=tell))
    running = asyncio.create_task(relay.run())

    def depth() -> float | None:
        return REGISTRY.get_sample_value("queue_depth", {"queue": "search"})

    await _until(lambda: depth() == 3)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_trace_of_a_request_goes_on_in_its_jobs(runtime: Runtime) -> None:
    found: list[Trace | None] = []

    async def look(_: Runtime, __: AsyncSession, ___: Event) -> None:
        found.append(current_trace.get())

    current_trace.set(Trace("a" * 32, "b" * 16, None, sampled=True))
    await write(runtime, an_event())
    current_trace.set(None)
    await work_off(runtime, note_slices(test=look))

    (trace,) = found
    assert trace is not None
    assert (trace.trace_id, trace.parent_span_id, trace.sampled) == ("a" * 32, "b" * 16, True)
    assert current_trace.get() is None


async def test_an_event_may_hold_what_json_has_no_form_for(runtime: Runtime, told: Told, tell: Handler) -> None:
    when = datetime(2026, 1, 2, tzinfo=UTC)
    await write(runtime, Event("note.created", uuid4(), None, "note", uuid4(), 1, {"at": when, "id": UUID(int=7)}))
    await work_off(runtime, note_slices(test=tell))

    assert told[0].data == {"at": "2026-01-02T00:00:00.000000Z", "id": "00000000-0000-0000-0000-000000000007"}


async def test_schedulers_at_the_same_time_have_a_job_done_once(runtime: Runtime, database_url: str) -> None:
    now = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    for moment in (now, now, now + timedelta(hours=1)):
        await asyncio.gather(*(write_due(runtime.database, [housekeeping], moment) for _ in range(4)))
        await asyncio.gather(*(work_off(runtime, [housekeeping]) for _ in range(2)))

    done = [(job["name"], job["attempts"], job["error"]) for job in await jobs(database_url)]
    assert done == [("housekeeping.clean", 1, None)] * 2
