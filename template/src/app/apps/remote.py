"""Calls to servers other than PostgreSQL and Redis: a time limit, a second try, a circuit breaker (template-owned).

A client's own limit is for each step of a conversation: a server that sends a byte now and then would never reach it.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from dataclasses import dataclass
from threading import Semaphore, Thread
from typing import TypeVar

import stamina

from app.apps.deadline import has_passed, within
from app.kit.breaker import Breaker, CircuitOpenError
from app.kit.problems import timed_out, unavailable

T = TypeVar("T")
# Repeats multiply where several layers repeat, and the outbox does so for hours: here only what never began is begun
# once more, at once, for a server that was just replaced by another.
_ATTEMPTS = 2
_REST_SECONDS = 10.0
# Of one server: what it keeps waiting is no more than this, whoever has given up.
_MOST_AT_ONCE = 16
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

    def __init__(self, name: str, failures: Failures, *, seconds: float) -> None:
        self._name = name
        self._failures = failures
        self._seconds = seconds
        self._places = Semaphore(_MOST_AT_ONCE)
        counted = (*failures.broken, *failures.unreached)
        self._breaker = Breaker(counted, rest_seconds=_REST_SECONDS)
        self._not_well: _Kinds = (CircuitOpenError, *counted)

    @property
    def is_resting(self) -> bool:
        """Whether the server is left alone at this moment, because calls kept failing."""
        return self._breaker.is_resting

    def call(self, work: Callable[[], T]) -> T:
        """What `work` gets from the server within the time limit, a second try included, and before the request that it
        is for must be answered. It is done in another thread, which then may still be at it.

        Raises:
            ProblemError: 503 where the server is not well, or was not just before; the reason is its cause.
            Exception: any other, as `work` raises it: the server is well and said no.
        """
        if has_passed():
            raise timed_out()
        try:
            with self._breaker:
                return self._in_time(lambda: self._try(work))
        except _RefusedError as error:
            raise error.refusal from None
        except self._not_well as error:
            raise unavailable(self._name) from error

    def _in_time(self, work: Callable[[], T]) -> T:
        longest = within(self._seconds)
        ends = time.monotonic() + longest
        try:
            if not self._places.acquire(timeout=longest):
                raise TimeoutError("others wait for it already")
            return self._begun(work).result(max(0.0, ends - time.monotonic()))
        except TimeoutError as error:
            # Where the request's time was the shorter, that says nothing of the server.
            if longest < self._seconds:
                raise timed_out() from error
            raise

    def _begun(self, work: Callable[[], T]) -> "Future[T]":
        """What `work` will have given, in a thread that is not waited for when the process ends."""
        outcome: Future[T] = Future()

        def do() -> None:
            try:
                outcome.set_result(work())
            except BaseException as error:  # noqa: BLE001 - whoever waits gets it
                outcome.set_exception(error)
            finally:
                self._places.release()

        # With the trace that it is part of.
        Thread(target=copy_context().run, args=(do,), name=self._name, daemon=True).start()
        return outcome

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
