"""Work on passwords, little at once (template-owned; contract, "Rates")."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Semaphore
from typing import TypeVar

from app.kit.problems import UNAVAILABLE, ProblemError

T = TypeVar("T")
_AT_ONCE = 4
_LONGEST_WAIT = 3.0
_turns = Semaphore(_AT_ONCE)
# A thread keeps the memory that a hash took: that of four threads, not of all that answer requests.
_threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="password")


def in_turn(work: Callable[[], T]) -> T:
    """Do a costly piece of work on passwords.

    Raises:
        ProblemError: 503 where too many wait.
    """
    with a_turn():
        return _threads.submit(work).result()


@contextmanager
def a_turn() -> Iterator[None]:
    """One of four in this process; who finds none free waits for three seconds at most.

    Raises:
        ProblemError: 503 where too many wait.
    """
    if not _turns.acquire(timeout=_LONGEST_WAIT):
        detail = "Too many passwords are being checked; try again soon."
        raise ProblemError(UNAVAILABLE, detail, headers={"Retry-After": "3"})
    try:
        yield
    finally:
        _turns.release()
