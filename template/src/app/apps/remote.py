"""Calls to servers other than PostgreSQL and Redis: a second try, a circuit breaker (template-owned).

The time limit is the client's own: nothing else ends a call that hangs in a thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import stamina

from app.kit.breaker import Breaker, CircuitOpenError
from app.kit.problems import unavailable

T = TypeVar("T")
# Repeats multiply where several layers repeat, and the outbox does so for hours: here only what never began is begun
# once more, at once, for a server that was just replaced by another.
_ATTEMPTS = 2
_REST_SECONDS = 10.0
_Kinds = tuple[type[Exception], ...]


@dataclass(frozen=True)
class Failures:
    """What a client raises: `unreached` before anything was sent, `broken` where the server is not well.

    `refusals` are those of `broken` by which a server that is well says no.
    """

    unreached: _Kinds
    broken: _Kinds = (OSError,)
    refusals: _Kinds = ()


class _RefusedError(Exception):
    """Carries a refusal past the breaker."""

    def __init__(self, refusal: Exception) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class Remote:
    """One server, by the name that people read in a problem; one instance a process."""

    def __init__(self, name: str, failures: Failures) -> None:
        self._name = name
        self._failures = failures
        counted = (*failures.broken, *failures.unreached)
        self._breaker = Breaker(counted, rest_seconds=_REST_SECONDS)
        self._not_well: _Kinds = (CircuitOpenError, *counted)

    @property
    def is_resting(self) -> bool:
        """Whether the server is left alone at this moment, because calls kept failing."""
        return self._breaker.is_resting

    def call(self, work: Callable[[], T]) -> T:
        """What `work` gets from the server.

        Raises:
            ProblemError: 503 where the server is not well, or was not just before; the reason is its cause.
            Exception: any other, as `work` raises it: the server is well and said no.
        """
        try:
            with self._breaker:
                return self._try(work)
        except _RefusedError as error:
            raise error.refusal from None
        except self._not_well as error:
            raise unavailable(self._name) from error

    def _try(self, work: Callable[[], T]) -> T:
        attempts = stamina.retry_context(
            on=self._failures.unreached, attempts=_ATTEMPTS, timeout=None, wait_initial=0.1, wait_jitter=0.2
        )
        try:
            for attempt in attempts:
                with attempt:
                    return work()
        except self._failures.unreached:
            raise
        except self._failures.refusals as refusal:
            raise _RefusedError(refusal) from None
        raise AssertionError("stamina raises the last failure")
