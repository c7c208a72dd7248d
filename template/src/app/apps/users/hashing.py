"""Work on passwords, little at once (template-owned; contract, "Rates")."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

from app.kit.problems import UNAVAILABLE, ProblemError

_AT_ONCE = 4
_LONGEST_WAIT = 3.0
_turns = Semaphore(_AT_ONCE)


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
