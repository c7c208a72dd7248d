"""Time limits: one that a busy event loop does not reach by itself, and a request's own (template-owned)."""

import asyncio
from collections.abc import Awaitable, MutableMapping
from typing import Any, Final, TypeVar

T = TypeVar("T")
# Where the outermost layer leaves a request's limit in its scope.
TIME_LIMIT: Final = "service.time_limit"
_ROUNDS_OF_GRACE = 5


async def within(seconds: float, work: Awaitable[T]) -> T:
    """What `work` gives.

    A loop that was busy finds its timers due before it looks at the network: what has arrived by then is still read.
    A service that has too much to do must not take a server, which helps it, for one that is down.

    Raises:
        TimeoutError: that takes longer.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as limit:
        handle: asyncio.Handle

        def expire(rounds: int) -> None:
            nonlocal handle
            if rounds:
                handle = loop.call_soon(expire, rounds - 1)
            else:
                limit.reschedule(loop.time())

        handle = loop.call_later(seconds, expire, _ROUNDS_OF_GRACE)
        try:
            return await work
        finally:
            handle.cancel()


def grant_time(scope: MutableMapping[str, Any], seconds: float) -> None:
    """Let a request that streams take so long, whatever REQUEST_TIMEOUT is: it must have a limit of its own."""
    limit: asyncio.Timeout | None = scope.get(TIME_LIMIT)
    if limit is not None:
        limit.reschedule(asyncio.get_running_loop().time() + seconds)
