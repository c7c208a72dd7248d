"""What becomes of an event after an attempt (template-owned)."""

from datetime import UTC, datetime, timedelta

import pytest

from app.kit.deliveries import reason_of, settlement
from app.kit.problems import unavailable

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_an_event_that_all_have_handled_is_finished() -> None:
    assert settlement(3, [], NOW) == {"error": None, "finished_at": NOW}


@pytest.mark.parametrize(("before", "longest"), [(0, 2), (1, 4), (8, 512), (9, 600), (10, 600)])
def test_an_event_that_failed_is_tried_again_later_each_time(before: int, longest: int) -> None:
    found = settlement(before, ["mail: OSError", "search: TimeoutError"], NOW)

    wait = found.pop("next_attempt_at") - NOW
    assert found == {"error": "mail: OSError; search: TimeoutError", "attempts": before + 1}
    assert timedelta(seconds=longest / 2) <= wait <= timedelta(seconds=longest)


def test_the_twelfth_failure_is_the_last() -> None:
    assert settlement(11, ["mail: OSError"], NOW) == {"error": "mail: OSError", "attempts": 12, "finished_at": NOW}


def test_a_reason_is_the_kind_of_an_error_never_its_text() -> None:
    about_server = unavailable("The mail server")
    about_server.__cause__ = ConnectionResetError("10.0.0.7")

    assert (reason_of(LookupError("hunter2")), reason_of(about_server)) == ("LookupError", "ConnectionResetError")
    assert reason_of(unavailable("The mail server")) == "ProblemError"
