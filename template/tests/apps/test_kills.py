"""A worker killed at every step: nothing is lost, and the database has each effect once (template-owned)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.commands import scratch_database
from tests.worker.killing import Killing

pytestmark = pytest.mark.faults
# The times that somebody outside hears of it: twice at the single step between their yes and our commit.
STEPS = {
    "before:app.apps.outbox.relay:Relay.make_jobs": 1,
    "after:app.apps.outbox.relay:Relay.make_jobs": 1,
    "after:app.apps.outbox.relay:_take": 1,
    "after:app.site.work:send": 1,
    "before:app.apps.outbox.attempt:attempt": 1,
    "before:tests.worker.killing:outside": 1,
    "after:tests.worker.killing:outside": 2,
    "after:app.apps.outbox.attempt:attempt": 1,
}


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    with scratch_database("kills", "migrate") as url:
        yield url


@pytest.mark.parametrize(("step", "times"), STEPS.items())
def test_what_was_committed_is_done_whatever_dies(database_url: str, tmp_path: Path, step: str, times: int) -> None:
    killing = Killing("tests.apps.effects", database_url, tmp_path)
    killing.publish()
    killing.killed(step)
    killing.recover()

    assert killing.notes == 1
    assert killing.lines == [killing.event_id] * times


def test_a_message_that_a_killed_worker_had_is_delivered_again(database_url: str, tmp_path: Path) -> None:
    killing = Killing("tests.apps.effects", database_url, tmp_path, REDELIVERED_SECONDS="1")
    killing.publish()
    killing.killed("before:tests.worker.killing:outside")
    killing.recover(is_sent_again=False)

    assert killing.notes == 1
    assert killing.lines == [killing.event_id]


def test_a_worker_that_is_told_to_end_does_what_it_has_in_hand(database_url: str, tmp_path: Path) -> None:
    held = tmp_path / "held"
    killing = Killing("tests.apps.effects", database_url, tmp_path, HELD=str(held))
    killing.publish()
    killing.ended(held)

    assert (killing.notes, killing.lines) == (1, [killing.event_id])
    assert killing.is_done
