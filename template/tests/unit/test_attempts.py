"""Counters of one process: what limits use without Redis (template-owned)."""

from concurrent.futures import ThreadPoolExecutor

from app.kit.attempts import LocalCounters
from app.kit.rates import Rate

PAIR, ADDRESS = {"pair": Rate(3, 60)}, {"address": Rate(5, 900)}


class Clock:
    """Seconds that pass when told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_are_let_in_and_then_none() -> None:
    counters = LocalCounters(Clock())

    assert [counters.reserve(PAIR) for _ in range(5)] == [0, 0, 0, 60, 60]


def test_a_window_begins_with_its_first_count_and_ends() -> None:
    clock = Clock()
    counters = LocalCounters(clock)
    counters.reserve(PAIR)
    clock.now += 59.5
    assert [counters.reserve(PAIR) for _ in range(3)] == [0, 0, 1]

    clock.now += 0.5
    assert [counters.reserve(PAIR) for _ in range(4)] == [0, 0, 0, 60]


def test_what_is_given_back_may_be_taken_again() -> None:
    counters = LocalCounters(Clock())
    for _ in range(3):
        counters.reserve(PAIR)
    counters.give_back(PAIR)

    assert [counters.reserve(PAIR) for _ in range(2)] == [0, 60]


def test_nothing_is_given_back_that_was_not_taken() -> None:
    counters = LocalCounters(Clock())
    counters.give_back(PAIR)

    assert [counters.reserve(PAIR) for _ in range(4)] == [0, 0, 0, 60]


def test_where_one_key_is_full_none_is_counted() -> None:
    counters = LocalCounters(Clock())
    for _ in range(3):
        counters.reserve(PAIR)
    for _ in range(9):
        assert counters.reserve(PAIR | ADDRESS) == 60

    assert [counters.reserve(ADDRESS) for _ in range(6)] == [0, 0, 0, 0, 0, 900]


def test_one_key_says_nothing_of_another() -> None:
    counters = LocalCounters(Clock())
    for _ in range(4):
        counters.reserve({"one": Rate(3, 60)})

    assert counters.reserve({"two": Rate(3, 60)}) == 0


def test_many_at_once_get_no_more() -> None:
    counters, rates = LocalCounters(Clock()), {"pair": Rate(100, 60)}
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: counters.reserve(rates), range(400)))

    assert (waits.count(0), waits.count(60)) == (100, 300)


def test_the_memory_is_bounded_and_the_oldest_is_forgotten_first() -> None:
    counters = LocalCounters(Clock())
    for _ in range(3):
        counters.reserve(PAIR)
    for number in range(49_999):
        counters.reserve({f"other {number}": Rate(3, 60)})
    assert counters.reserve(PAIR) == 60

    counters.reserve({"one more": Rate(3, 60)})
    assert counters.reserve(PAIR) == 0
