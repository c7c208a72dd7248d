"""Work on passwords, little at once (template-owned; contract, "Rates")."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Semaphore
from typing import TypeVar

from app.apps.deadline import has_passed, within
from app.kit.passwords import HASHES_AT_ONCE, LONGEST_WAIT, too_many_at_once
from app.kit.problems import timed_out

T = TypeVar("T")
_turns = Semaphore(HASHES_AT_ONCE)
# A thread keeps the memory that a hash took: that of four threads, not of all that answer requests.
_threads = ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="password")


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
    if not _turns.acquire(timeout=within(LONGEST_WAIT)):
        raise timed_out() if has_passed() else too_many_at_once()
    try:
        yield
    finally:
        _turns.release()
