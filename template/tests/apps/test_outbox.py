"""The outbox: what was committed is told at least once (template-owned)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event as Flag
from threading import Thread
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from prometheus_client import REGISTRY
from tests.apps.application import execute
from tests.apps.people import at_once
from tests.apps.redis.listening import listening

from app.apps.outbox.models import OutboxEvent
from app.apps.outbox.publish import publish
from app.apps.outbox.relay import Relay
from app.kit.events import Event

pytestmark = pytest.mark.django_db(transaction=True)
Told = list[Event]
# Of this process alone: all workers' listeners are at one Redis.
ORGANIZATION = uuid4()


@pytest.fixture
def told() -> Told:
    return []


def relay(**handlers: Callable[[Event], None]) -> Relay:
    return Relay({"note.created": handlers} if handlers else {})


def event(number: int = 1, name: str = "note.created") -> Event:
    return Event(name, ORGANIZATION, UUID(int=2), "note", UUID(int=number), 3, {"title": "a", "n": number})


def make_due() -> None:
    execute("UPDATE outbox SET next_attempt_at = NOW() - INTERVAL '1 second'")


def fail(_: Event) -> None:
    raise OSError("hunter2")


def test_an_event_arrives_as_it_was_published_and_once(told: Told) -> None:
    one = event()
    publish(one)
    found = relay(test=told.append)

    assert (found.deliver_next(), found.deliver_next()) == (True, False)
    assert told == [one]
    row = OutboxEvent.objects.get()
    assert (row.handled_by, row.attempts, row.error) == (["test"], 0, None)
    assert row.finished_at is not None
    assert row.finished_at <= datetime.now(UTC)


def test_what_is_not_committed_is_never_told(told: Told) -> None:
    with pytest.raises(LookupError), transaction.atomic():
        publish(event())
        raise LookupError

    assert relay(test=told.append).deliver_next() is False
    assert told == []


def test_events_of_one_transaction_come_in_their_order(told: Told) -> None:
    publish(*(event(number) for number in range(50)))
    found = relay(test=told.append)
    while found.deliver_next():
        pass

    assert [one.data["n"] for one in told] == list(range(50))


def test_events_that_nobody_handles_are_finished_a_hundred_at_once(told: Told) -> None:
    publish(*(event(number, "note.ignored") for number in range(130)), event(999))
    found = relay(test=told.append)
    with listening(f"updates:{ORGANIZATION}:note") as heard:
        assert [found.finish_unhandled() for _ in range(3)] == [100, 30, 0]
        assert told == []
        assert (found.deliver_next(), found.deliver_next()) == (True, False)
        numbers = [heard.get(timeout=10).event["data"]["n"] for _ in range(131)]

    assert numbers == [*range(130), 999]
    assert [one.data["n"] for one in told] == [999]
    assert not OutboxEvent.objects.filter(finished_at=None).exists()


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


def test_a_failing_handler_is_tried_again_without_the_others(told: Told) -> None:
    failures = [OSError("hunter2"), None]

    def fail_once(_: Event) -> None:
        if failure := failures.pop(0):
            raise failure

    found = relay(alpha=fail_once, beta=told.append)
    publish(event())
    found.deliver_next()

    row = OutboxEvent.objects.get()
    assert (row.handled_by, row.attempts, row.finished_at, row.error) == (["beta"], 1, None, "alpha: OSError")
    assert found.deliver_next() is False

    make_due()
    assert found.deliver_next() is True
    row = OutboxEvent.objects.get()
    assert (row.handled_by, row.error, row.finished_at is None) == (["beta", "alpha"], None, False)
    assert len(told) == 1


def test_what_a_failing_handler_wrote_is_undone_and_the_others_work_on(told: Told) -> None:
    def break_off(_: Event) -> None:
        OutboxEvent.objects.update(resource="changed")
        execute("SELECT 1 / 0")

    publish(event())
    relay(alpha=break_off, beta=told.append).deliver_next()

    row = OutboxEvent.objects.get()
    assert (row.resource, row.error, row.handled_by) == ("note", "alpha: DataError", ["beta"])


def test_each_attempt_waits_longer_up_to_ten_minutes() -> None:
    publish(event())
    for attempt, longest in ((1, 2), (2, 4), (5, 32), (9, 512), (10, 600), (11, 600)):
        execute(f"UPDATE outbox SET attempts = {attempt - 1}")
        make_due()
        before = datetime.now(UTC)
        relay(test=fail).deliver_next()
        row = OutboxEvent.objects.get()
        wait = (row.next_attempt_at - before).total_seconds()
        assert longest / 2 <= wait <= longest + 5, (attempt, wait)
        assert row.finished_at is None


def test_after_the_twelfth_attempt_an_event_is_given_up() -> None:
    publish(event())
    attempts = 0
    while OutboxEvent.objects.get().finished_at is None:
        make_due()
        assert relay(test=fail).deliver_next() is True
        attempts += 1

    row = OutboxEvent.objects.get()
    assert (attempts, row.attempts, row.error, row.handled_by) == (12, 12, "test: OSError", [])
    make_due()
    assert relay(test=fail).deliver_next() is False


def test_two_relays_never_tell_one_event_at_once(told: Told) -> None:
    def deliver_all() -> None:
        found = relay(test=told.append)
        while found.deliver_next():
            pass
        connection.close()

    publish(*(event(number) for number in range(30)))
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(deliver_all) for _ in range(4)]:
            done.result()

    assert sorted(one.data["n"] for one in told) == list(range(30))


def test_an_event_that_another_relay_holds_is_left_alone(told: Told) -> None:
    publish(event())
    holds, ends = Flag(), Flag()

    def hold() -> None:
        OutboxEvent.objects.select_for_update().get()
        holds.set()
        ends.wait(20)

    with ThreadPoolExecutor(1) as threads:
        holding = at_once(threads, hold)
        assert holds.wait(20)
        assert relay(test=told.append).deliver_next() is False
        ends.set()
        holding.result()
    assert relay(test=told.append).deliver_next() is True


def test_a_running_relay_outlives_a_database_that_fails_and_stops_when_told(told: Told) -> None:
    stop, heard = Flag(), Flag()

    def tell(one: Event) -> None:
        told.append(one)
        heard.set()

    running = Thread(target=relay(test=tell).run, args=(stop,))
    execute("ALTER TABLE outbox RENAME TO outbox_away")
    running.start()
    stop.wait(0.3)
    execute("ALTER TABLE outbox_away RENAME TO outbox")
    one = event()
    publish(one)

    assert heard.wait(10)
    stop.set()
    running.join(10)
    assert not running.is_alive()
    assert told == [one]


def test_an_event_may_hold_what_json_has_no_form_for(told: Told) -> None:
    when = datetime(2026, 1, 2, tzinfo=UTC)
    publish(Event("note.created", uuid4(), None, "note", uuid4(), 1, {"at": when, "id": UUID(int=7)}))
    relay(test=told.append).deliver_next()

    assert told[0].data == {"at": "2026-01-02T00:00:00.000000Z", "id": "00000000-0000-0000-0000-000000000007"}


def test_events_that_nobody_handles_keep_no_other_waiting(told: Told) -> None:
    stop, finishes = Flag(), iter([5, 5, 5])

    class Busy(Relay):
        """Always finds something that nobody handles."""

        def finish_unhandled(self) -> int:
            if (found := next(finishes, None)) is None:
                stop.set()
            return found or 0

    publish(event())
    Busy({"note.created": {"test": told.append}}).run(stop)

    assert len(told) == 1


def test_a_relay_whose_connection_is_cut_leaves_the_event_for_another(told: Told) -> None:
    def cut(_: Event) -> None:
        execute("SELECT pg_terminate_backend(pg_backend_pid())")

    publish(event())
    with pytest.raises(DatabaseError):
        relay(test=cut).deliver_next()
    connection.close()

    assert relay(test=told.append).deliver_next() is True
    assert [one.data["n"] for one in told] == [1]
    assert OutboxEvent.objects.get().attempts == 0


def test_a_running_relay_finds_what_comes_later_and_outlives_a_bad_event(told: Told) -> None:
    stop, heard = Flag(), Flag()

    def tell(one: Event) -> None:
        if one.data["n"] == 1:
            raise OSError("hunter2")
        told.append(one)
        heard.set()

    running = Thread(target=relay(test=tell).run, args=(stop,))
    running.start()
    publish(event(1))
    stop.wait(0.3)
    publish(event(2))

    assert heard.wait(10)
    stop.set()
    running.join(10)
    assert not running.is_alive()
    assert [one.data["n"] for one in told] == [2]


def test_the_listeners_are_told_at_the_first_attempt_alone() -> None:
    publish(event(1))
    with listening(f"updates:{ORGANIZATION}:note") as heard:
        for _ in range(2):
            assert relay(test=fail).deliver_next() is True
            make_due()
        execute("DELETE FROM outbox")
        publish(event(2))
        relay().finish_unhandled()
        numbers = [heard.get(timeout=10).event["data"]["n"] for _ in range(2)]

    assert numbers == [1, 2]
