"""A circuit breaker: what keeps failing is left alone for a while (template-owned; guide, "Reliability").

Pure: `with breaker:` around a call, in threads and in coroutines alike.
"""

import threading
import time
from collections.abc import Callable
from types import TracebackType


class CircuitOpenError(Exception):
    """The call was not made: those before it failed, and the next trial is not due."""


class Breaker:
    """Opens after `most_failures` in a row; after `rest_seconds` lets one call through, whose end decides.

    `failures` are the exceptions that tell of a server that is not well; others neither open nor close it.
    """

    def __init__(
        self,
        failures: tuple[type[BaseException], ...],
        *,
        most_failures: int = 3,
        rest_seconds: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._counted = failures
        self._most_failures = most_failures
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._next_trial = 0.0

    @property
    def is_open(self) -> bool:
        """Whether calls are refused, but for a trial that is due."""
        return self._failed >= self._most_failures

    @property
    def is_resting(self) -> bool:
        """Whether the next call is refused."""
        return self.is_open and self._clock() < self._next_trial

    def __enter__(self) -> None:
        if not self.is_open:
            return
        with self._lock:
            now = self._clock()
            if self._failed >= self._most_failures and now < self._next_trial:
                raise CircuitOpenError
            # This call is the trial; the others wait for its end, or for the next.
            self._next_trial = now + self._rest_seconds

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._failed = 0
        elif issubclass(kind, self._counted):
            with self._lock:
                self._failed += 1
                self._next_trial = self._clock() + self._rest_seconds
        elif self.is_open:
            # Cancelled or failed for another reason: nothing was learnt, so the next call tries.
            self._next_trial = self._clock()
