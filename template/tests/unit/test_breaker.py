"""The circuit breaker: what keeps failing is left alone for a while (template-owned)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.kit.breaker import Breaker, CircuitOpenError

REST = 2.0


class Clock:
    """Seconds that pass when told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker((ConnectionError,), most_failures=3, rest_seconds=REST, clock=clock)


def fail(breaker: Breaker, error: BaseException, *, times: int = 1) -> None:
    """Make calls that end with `error`."""
    for _ in range(times):
        with pytest.raises(type(error)), breaker:
            raise error


def is_called(breaker: Breaker) -> bool:
    """Whether a call that would succeed is made."""
    try:
        with breaker:
            return True
    except CircuitOpenError:
        return False


def test_a_breaker_is_closed_at_first(breaker: Breaker) -> None:
    assert not breaker.is_open
    assert is_called(breaker)


def test_a_failure_reaches_the_caller(breaker: Breaker) -> None:
    with pytest.raises(ConnectionResetError, match="gone"), breaker:
        raise ConnectionResetError("gone")


def test_three_failures_in_a_row_open_it(breaker: Breaker) -> None:
    fail(breaker, ConnectionError(), times=2)
    assert not breaker.is_open

    fail(breaker, ConnectionResetError())
    assert breaker.is_open
    assert not is_called(breaker)


def test_a_success_between_failures_starts_the_count_again(breaker: Breaker) -> None:
    fail(breaker, ConnectionError(), times=2)
    assert is_called(breaker)
    fail(breaker, ConnectionError(), times=2)

    assert not breaker.is_open


def test_other_exceptions_neither_count_nor_start_the_count_again(breaker: Breaker) -> None:
    fail(breaker, ConnectionError(), times=2)
    fail(breaker, ValueError(), times=9)
    assert not breaker.is_open

    fail(breaker, ConnectionError())
    assert breaker.is_open


def test_an_open_breaker_refuses_until_the_rest_is_over(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, ConnectionError(), times=3)

    clock.now += REST - 0.01
    assert not is_called(breaker)
    clock.now += 0.01
    assert is_called(breaker)


def test_a_trial_that_succeeds_closes_it(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, ConnectionError(), times=3)
    clock.now += REST

    assert is_called(breaker)
    assert not breaker.is_open
    fail(breaker, ConnectionError(), times=2)
    assert not breaker.is_open


def test_a_trial_that_fails_begins_another_rest(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, ConnectionError(), times=3)
    clock.now += REST
    fail(breaker, ConnectionError())

    clock.now += REST - 0.01
    assert not is_called(breaker)
    clock.now += 0.01
    assert is_called(breaker)


def test_while_one_trial_runs_no_other_is_made(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, ConnectionError(), times=3)
    clock.now += REST

    with breaker:
        assert not is_called(breaker)
    assert is_called(breaker)


def test_a_trial_that_never_ends_makes_room_for_the_next(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, ConnectionError(), times=3)
    clock.now += REST

    with breaker:
        clock.now += REST
        assert is_called(breaker)


def test_a_trial_that_taught_nothing_is_followed_by_another_at_once(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, ConnectionError(), times=3)
    clock.now += REST
    fail(breaker, KeyboardInterrupt())

    assert breaker.is_open
    assert is_called(breaker)


def test_a_refused_call_is_no_failure(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, ConnectionError(), times=3)
    clock.now += REST - 0.01
    for _ in range(9):
        assert not is_called(breaker)
    clock.now += 0.01

    assert is_called(breaker)


def test_of_threads_that_come_at_once_one_makes_the_trial(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, ConnectionError(), times=3)
    clock.now += REST
    all_tried = Barrier(8)

    def call(_number: int) -> bool:
        try:
            with breaker:
                all_tried.wait(10)
                return True
        except CircuitOpenError:
            all_tried.wait(10)
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(call, range(8))) == [False] * 7 + [True]


def test_failures_are_counted_across_threads() -> None:
    breaker = Breaker((ConnectionError,), most_failures=400, clock=Clock())

    def call(_number: int) -> None:
        fail(breaker, ConnectionError(), times=50)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(call, range(7)))
        assert not breaker.is_open
        list(threads.map(call, range(1)))
    assert breaker.is_open


def test_it_rests_until_the_next_trial_is_due(breaker: Breaker, clock: Clock) -> None:
    assert not breaker.is_resting
    fail(breaker, ConnectionError(), times=3)
    assert breaker.is_resting

    clock.now += REST

    assert (breaker.is_open, breaker.is_resting) == (True, False)
