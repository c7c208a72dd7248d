"""What jobs are called, and what becomes of one after an attempt (template-owned)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.kit.jobs import Failure, UnknownJobError, failure_of, job_of_event, job_of_time, outcome_of, settlement
from app.kit.problems import invalid, unavailable

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
FAULT, OUTAGE = Failure("OSError"), Failure("OSError", is_outage=True)


def test_a_job_that_is_done_is_finished() -> None:
    settled = settlement(3, None, created_at=NOW, now=NOW)

    assert settled == {"attempts": 4, "error": None, "finished_at": NOW}
    assert outcome_of(settled) == "done"


@pytest.mark.parametrize(("before", "longest"), [(0, 2), (1, 4), (8, 512), (9, 600), (10, 600)])
def test_a_job_that_failed_is_tried_again_later_each_time(before: int, longest: int) -> None:
    found = settlement(before, FAULT, created_at=NOW, now=NOW)

    assert outcome_of(found) == "failed"
    wait = found.pop("due_at") - NOW
    assert found == {"error": "OSError", "attempts": before + 1}
    assert timedelta(seconds=longest / 2) <= wait <= timedelta(seconds=longest)


def test_the_twelfth_failure_is_the_last() -> None:
    settled = settlement(11, FAULT, created_at=NOW, now=NOW)

    assert settled == {"error": "OSError", "attempts": 12, "finished_at": NOW}
    assert outcome_of(settled) == "given_up"


@pytest.mark.parametrize(("waited", "longest"), [(0, 2), (1, 2), (40, 40), (299, 299), (301, 300), (259_199, 300)])
def test_an_outage_is_no_attempt_and_is_waited_for_minutes_at_most(waited: int, longest: int) -> None:
    found = settlement(11, OUTAGE, created_at=NOW - timedelta(seconds=waited), now=NOW)

    assert outcome_of(found) == "failed"
    wait = found.pop("due_at") - NOW
    assert found == {"error": "OSError", "attempts": 11}
    assert timedelta(seconds=longest / 2) <= wait <= timedelta(seconds=longest)


def test_after_three_days_an_outage_is_an_attempt_as_any_other() -> None:
    long_ago = NOW - timedelta(days=3)

    assert settlement(4, OUTAGE, created_at=long_ago, now=NOW)["attempts"] == 5
    assert outcome_of(settlement(11, OUTAGE, created_at=long_ago, now=NOW)) == "given_up"


def test_a_reason_is_the_kind_of_an_error_never_its_text() -> None:
    about_server = unavailable("The mail server")
    about_server.__cause__ = ConnectionResetError("10.0.0.7")

    assert failure_of(LookupError("hunter2")) == Failure("LookupError")
    assert failure_of(about_server) == Failure("ConnectionResetError", is_outage=True)
    assert failure_of(unavailable("The mail server")) == Failure("ProblemError", is_outage=True)
    assert failure_of(UnknownJobError("mail.gone")) == Failure("no slice has a function of this name")


def test_only_a_server_that_is_away_is_an_outage() -> None:
    # The limit of a job's own time, and what a server that is well says no to.
    assert not failure_of(TimeoutError()).is_outage
    assert not failure_of(invalid("/body/name", "is wrong")).is_outage


def test_the_job_of_an_event_is_the_same_however_often_it_is_made() -> None:
    made = {job_of_event(UUID(int=1), "mail.project.created", "mail").id for _ in range(3)}
    others = {job_of_event(UUID(int=n), name, "mail").id for n, name in ((1, "search.project.created"), (2, "mail.x"))}

    assert (len(made), len(made | others)) == (1, 3)


def test_the_job_of_a_time_is_one_for_each_span() -> None:
    hour = timedelta(hours=1)
    begin = datetime(2026, 1, 2, 3, tzinfo=UTC)
    ids = [job_of_time("x.y", hour, begin + timedelta(minutes=minutes)).id for minutes in (0, 59, 60, -1)]

    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert job_of_time("x.z", hour, begin).id != ids[0]
