"""Calls to servers other than PostgreSQL and Redis: a time limit, a second try, a circuit breaker (template-owned)."""

import asyncio
from collections.abc import Awaitable, Callable
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


@dataclass(frozen=True)
class Failures:
    """What a client raises: `unreached` before anything was sent, `broken` where the server is not well."""

    unreached: tuple[type[Exception], ...]
    broken: tuple[type[Exception], ...] = (OSError,)


class Remote:
    """One server, by the name that people read in a problem; one instance a process."""

    def __init__(self, name: str, failures: Failures, *, seconds: float) -> None:
        self._name = name
        self._failures = failures
        self._seconds = seconds
        counted = (*failures.broken, *failures.unreached)
        self._breaker = Breaker(counted, rest_seconds=_REST_SECONDS)
        self._not_well: tuple[type[Exception], ...] = (CircuitOpenError, *counted)

    @property
    def is_resting(self) -> bool:
        """Whether the server is left alone at this moment, because calls kept failing."""
        return self._breaker.is_resting

    async def call(self, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` gets from the server, each try within the time limit.

        Raises:
            ProblemError: 503 where the server is not well, or was not just before; the reason is its cause.
            Exception: any other, as `work` raises it: the server is well and said no.
        """
        try:
            with self._breaker:
                return await self._try(work)
        except self._not_well as error:
            raise unavailable(self._name) from error

    async def _try(self, work: Callable[[], Awaitable[T]]) -> T:
        attempts = stamina.retry_context(
            on=self._failures.unreached, attempts=_ATTEMPTS, timeout=None, wait_initial=0.1, wait_jitter=0.2
        )
        async for attempt in attempts:
            with attempt:
                async with asyncio.timeout(self._seconds):
                    return await work()
        raise AssertionError("stamina raises the last failure")
