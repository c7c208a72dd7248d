"""What jobs are called, and what becomes of one after an attempt (template-owned)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.kit.jobs import UnknownJobError, job_of_event, job_of_time, outcome_of, reason_of, settlement
from app.kit.problems import unavailable

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def test_a_job_that_is_done_is_finished() -> None:
    settled = settlement(3, None, NOW)

    assert settled == {"attempts": 4, "error": None, "finished_at": NOW}
    assert outcome_of(settled) == "done"


@pytest.mark.parametrize(("before", "longest"), [(0, 2), (1, 4), (8, 512), (9, 600), (10, 600)])
def test_a_job_that_failed_is_tried_again_later_each_time(before: int, longest: int) -> None:
    found = settlement(before, "OSError", NOW)

    assert outcome_of(found) == "failed"
    wait = found.pop("due_at") - NOW
    assert found == {"error": "OSError", "attempts": before + 1}
    assert timedelta(seconds=longest / 2) <= wait <= timedelta(seconds=longest)


def test_the_twelfth_failure_is_the_last() -> None:
    settled = settlement(11, "OSError", NOW)

    assert settled == {"error": "OSError", "attempts": 12, "finished_at": NOW}
    assert outcome_of(settled) == "given_up"


def test_a_reason_is_the_kind_of_an_error_never_its_text() -> None:
    about_server = unavailable("The mail server")
    about_server.__cause__ = ConnectionResetError("10.0.0.7")

    assert (reason_of(LookupError("hunter2")), reason_of(about_server)) == ("LookupError", "ConnectionResetError")
    assert reason_of(unavailable("The mail server")) == "ProblemError"
    assert reason_of(UnknownJobError("mail.gone")) == "no slice has a function of this name"


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
