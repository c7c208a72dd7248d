"""The outbox: what was committed is told at least once (template-owned)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY
from tests.api.conftest import SettingsOf
from tests.api.database import execute, fetch

from app.api.outbox.publish import publish
from app.api.outbox.relay import Relay
from app.api.redis.pubsub import subscribe
from app.api.runtime import Runtime, make_runtime
from app.api.slices import Handler, Slice
from app.kit.channels import Message
from app.kit.events import Event

Told = list[Event]


@pytest.fixture
async def runtime(settings: SettingsOf) -> AsyncIterator[Runtime]:
    runtime = make_runtime(settings())
    yield runtime
    await runtime.database.close()
    await runtime.store.redis.aclose()


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def tell(told: Told) -> Handler:
    async def tell(_: Runtime, event: Event) -> None:
        told.append(event)

    return tell


def _relay(runtime: Runtime, **handlers: Handler) -> Relay:
    return Relay(runtime, [Slice(name, handlers={"note.created": handler}) for name, handler in handlers.items()])


def _event(number: int = 1, name: str = "note.created") -> Event:
    return Event(name, UUID(int=1), UUID(int=2), "note", UUID(int=number), 3, {"title": "a", "n": number})


async def _publish(runtime: Runtime, *events: Event) -> None:
    async with runtime.database.transaction() as session:
        await publish(session, *events)


async def _row(url: str) -> dict[str, Any]:
    (row,) = await fetch(url, "SELECT * FROM outbox")
    return row


async def _make_due(url: str) -> None:
    await execute(url, "UPDATE outbox SET next_attempt_at = NOW() - INTERVAL '1 second'")


async def test_an_event_arrives_as_it_was_published_and_once(
    runtime: Runtime, database_url: str, told: Told, tell: Handler
) -> None:
    event = _event()
    await _publish(runtime, event)
    relay = _relay(runtime, test=tell)

    assert (await relay.deliver_next(), await relay.deliver_next()) == (True, False)
    assert told == [event]
    row = await _row(database_url)
    assert (row["handled_by"], row["attempts"], row["error"]) == (["test"], 0, None)
    assert row["finished_at"] <= datetime.now(UTC)


async def test_what_is_not_committed_is_never_told(runtime: Runtime, told: Told, tell: Handler) -> None:
    relay = _relay(runtime, test=tell)
    with pytest.raises(LookupError):
        async with runtime.database.transaction() as session:
            await publish(session, _event())
            assert await relay.deliver_next() is False
            raise LookupError

    assert await relay.deliver_next() is False
    assert told == []


async def test_events_come_in_the_order_they_happened(runtime: Runtime, told: Told, tell: Handler) -> None:
    for number in (1, 2, 3):
        await _publish(runtime, _event(number))
    relay = _relay(runtime, test=tell)
    while await relay.deliver_next():
        pass

    assert [event.data["n"] for event in told] == [1, 2, 3]


async def test_events_of_one_transaction_come_in_their_order(runtime: Runtime, told: Told, tell: Handler) -> None:
    await _publish(runtime, *(_event(number) for number in range(50)))
    relay = _relay(runtime, test=tell)
    while await relay.deliver_next():
        pass

    assert [event.data["n"] for event in told] == list(range(50))


async def test_events_that_nobody_handles_are_finished_a_hundred_at_once(
    runtime: Runtime, database_url: str, told: Told, tell: Handler
) -> None:
    await _publish(runtime, *(_event(number, "note.ignored") for number in range(130)), _event(999))
    relay = _relay(runtime, test=tell)
    async with aclosing(subscribe(runtime.store, [f"updates:{UUID(int=1)}:note"])) as messages:
        heard = asyncio.create_task(_numbers(messages, 131))
        await asyncio.sleep(0.2)

        assert [await relay.finish_unhandled() for _ in range(3)] == [100, 30, 0]
        assert told == []
        assert (await relay.deliver_next(), await relay.deliver_next()) == (True, False)
        assert await heard == [*range(130), 999]
    assert [event.data["n"] for event in told] == [999]
    assert await fetch(database_url, "SELECT FROM outbox WHERE finished_at IS NULL") == []


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
    await _publish(runtime, *(_event(number, "note.counted") for number in range(3)))
    await _publish(runtime)
    with pytest.raises(LookupError):
        async with runtime.database.transaction() as session:
            await publish(session, _event(4, "note.counted"))
            raise LookupError

    assert counted() - before == 3


async def test_an_event_that_nobody_handles_is_finished(runtime: Runtime, database_url: str) -> None:
    await _publish(runtime, _event(name="note.forgotten"))

    assert await _relay(runtime).deliver_next() is True
    assert (await _row(database_url))["finished_at"] is not None


async def test_a_failing_handler_is_tried_again_without_the_others(
    runtime: Runtime, database_url: str, told: Told, tell: Handler
) -> None:
    failures = [OSError("hunter2"), None]

    async def fail_once(_: Runtime, __: Event) -> None:
        if failure := failures.pop(0):
            raise failure

    relay = _relay(runtime, alpha=fail_once, beta=tell)
    await _publish(runtime, _event())
    await relay.deliver_next()

    row = await _row(database_url)
    assert (row["handled_by"], row["attempts"], row["finished_at"]) == (["beta"], 1, None)
    assert row["error"] == "alpha: OSError"
    assert await relay.deliver_next() is False

    await _make_due(database_url)
    assert await relay.deliver_next() is True
    row = await _row(database_url)
    assert (row["handled_by"], row["error"], row["finished_at"] is None) == (["beta", "alpha"], None, False)
    assert len(told) == 1


async def test_each_attempt_waits_longer_up_to_ten_minutes(runtime: Runtime, database_url: str) -> None:
    async def fail(_: Runtime, __: Event) -> None:
        raise OSError

    relay = _relay(runtime, test=fail)
    await _publish(runtime, _event())
    for attempt, longest in ((1, 2), (2, 4), (5, 32), (9, 512), (10, 600), (11, 600)):
        await execute(database_url, f"UPDATE outbox SET attempts = {attempt - 1}")
        await _make_due(database_url)
        before = datetime.now(UTC)
        await relay.deliver_next()
        row = await _row(database_url)
        wait = (row["next_attempt_at"] - before).total_seconds()
        assert longest / 2 <= wait <= longest + 5, (attempt, wait)
        assert row["finished_at"] is None


async def test_after_the_twelfth_attempt_an_event_is_given_up(runtime: Runtime, database_url: str, told: Told) -> None:
    async def fail(_: Runtime, event: Event) -> None:
        told.append(event)
        raise OSError

    relay = _relay(runtime, test=fail)
    await _publish(runtime, _event())
    while (await _row(database_url))["finished_at"] is None:
        await _make_due(database_url)
        assert await relay.deliver_next() is True

    assert len(told) == 12
    row = await _row(database_url)
    assert (row["attempts"], row["error"], row["handled_by"]) == (12, "test: OSError", [])
    await _make_due(database_url)
    assert await relay.deliver_next() is False


async def test_a_relay_that_is_killed_leaves_the_event_for_another(runtime: Runtime, told: Told, tell: Handler) -> None:
    is_handling = asyncio.Event()

    async def hang(_: Runtime, __: Event) -> None:
        is_handling.set()
        await asyncio.sleep(60)

    await _publish(runtime, _event())
    killed = asyncio.create_task(_relay(runtime, test=hang).deliver_next())
    await is_handling.wait()
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)

    assert await _relay(runtime, test=tell).deliver_next() is True
    assert len(told) == 1


async def test_two_relays_never_tell_one_event_at_once(runtime: Runtime) -> None:
    told: list[int] = []

    async def tell_slowly(_: Runtime, event: Event) -> None:
        await asyncio.sleep(0.005)
        told.append(event.data["n"])

    async def deliver_all(relay: Relay) -> None:
        while await relay.deliver_next():
            pass

    await _publish(runtime, *(_event(number) for number in range(30)))
    await asyncio.gather(*(deliver_all(_relay(runtime, test=tell_slowly)) for _ in range(4)))

    assert sorted(told) == list(range(30))


async def test_a_running_relay_finds_what_comes_later_and_outlives_a_bad_event(
    runtime: Runtime, database_url: str, told: Told, tell: Handler
) -> None:
    running = asyncio.create_task(_relay(runtime, test=tell).run())
    await execute(database_url, "ALTER TABLE outbox RENAME TO outbox_away")
    try:
        await asyncio.sleep(0.1)
    finally:
        await execute(database_url, "ALTER TABLE outbox_away RENAME TO outbox")
    event = _event()
    await _publish(runtime, event)
    await _until(lambda: bool(told))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert told == [event]


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.02)


async def test_an_event_may_hold_what_json_has_no_form_for(runtime: Runtime, told: Told, tell: Handler) -> None:
    when = datetime(2026, 1, 2, tzinfo=UTC)
    await _publish(runtime, Event("note.created", uuid4(), None, "note", uuid4(), 1, {"at": when, "id": UUID(int=7)}))
    await _relay(runtime, test=tell).deliver_next()

    assert told[0].data == {"at": "2026-01-02T00:00:00.000000Z", "id": "00000000-0000-0000-0000-000000000007"}
