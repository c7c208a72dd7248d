"""Calls to remote servers: in time, tried twice at most, and not at all for a while (template-owned)."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest

from app.apps.remote import Failures, Remote
from app.kit.breaker import CircuitOpenError
from app.kit.problems import TIMED_OUT, ProblemError


class UnreachedError(Exception):
    """Nothing was sent."""


class NoError(OSError):
    """The server is well and says no."""


@pytest.fixture
def remote() -> Remote:
    return Remote("The test server", Failures(unreached=(UnreachedError,), refusals=(NoError,)), seconds=0.5)


@pytest.fixture
def endless() -> Iterator[Callable[[], object]]:
    """A conversation that goes on until the test ends, or very long."""
    is_over = Event()
    yield lambda: is_over.wait(20)
    is_over.set()


class Work:
    """Fails as it is told to, then answers."""

    def __init__(self, *failures: BaseException) -> None:
        self.failures = list(failures)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


def cause(call: Callable[[], object]) -> tuple[int, str, type[object]]:
    with pytest.raises(ProblemError) as caught:
        call()
    return caught.value.kind.status, caught.value.detail, type(caught.value.__cause__)


def test_what_never_began_is_begun_once_more(remote: Remote) -> None:
    work = Work(UnreachedError())

    assert (remote.call(work), work.calls) == ("answer", 2)


def test_a_second_failure_to_begin_is_a_503(remote: Remote) -> None:
    work = Work(UnreachedError(), UnreachedError())

    assert cause(lambda: remote.call(work)) == (
        503,
        "The test server does not answer; try again soon.",
        UnreachedError,
    )
    assert work.calls == 2


def test_what_broke_off_in_the_middle_is_not_repeated(remote: Remote) -> None:
    work = Work(ConnectionResetError())

    assert cause(lambda: remote.call(work))[2] is ConnectionResetError
    assert work.calls == 1


@pytest.mark.parametrize("refusal", [NoError, LookupError])
def test_a_server_that_says_no_is_well(remote: Remote, refusal: type[Exception]) -> None:
    for _ in range(5):
        with pytest.raises(refusal):
            remote.call(Work(refusal()))

    assert remote.call(Work()) == "answer"


def test_a_server_that_failed_three_times_is_left_alone(remote: Remote) -> None:
    for _ in range(3):
        cause(lambda: remote.call(Work(ConnectionResetError())))
    work = Work()

    assert remote.is_resting is True
    assert cause(lambda: remote.call(work))[2] is CircuitOpenError
    assert work.calls == 0


def test_whatever_the_server_still_says_a_call_ends_in_time(remote: Remote, endless: Callable[[], object]) -> None:
    for _ in range(3):
        assert cause(lambda: remote.call(endless))[2] is TimeoutError
    assert remote.is_resting is True


def test_a_call_ends_with_its_request_and_says_nothing_of_the_server_then(
    remote: Remote, endless: Callable[[], object], request_ends: Callable[[float], None]
) -> None:
    for _ in range(4):
        request_ends(0.05)
        with pytest.raises(ProblemError) as caught:
            remote.call(endless)
        assert caught.value.kind == TIMED_OUT
    assert remote.is_resting is False


def test_after_its_time_a_request_calls_nobody(remote: Remote, request_ends: Callable[[float], None]) -> None:
    request_ends(0)
    work = Work()
    with pytest.raises(ProblemError) as caught:
        remote.call(work)

    assert (caught.value.kind, work.calls) == (TIMED_OUT, 0)
