"""A time limit that an event loop which is busy does not reach by itself (template-owned)."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")
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
