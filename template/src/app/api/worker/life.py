"""The event loop of a worker, in a thread of its own beside Celery's (template-owned).

All jobs share it, and so its pool of connections and the components' clients: a client of one loop can't be used by
another.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

import uvloop

from app.api.layers.tracing import open_tracer
from app.api.runtime import Runtime, open_runtime
from app.api.slices import find_slices

T = TypeVar("T")


class Life:
    """What runs in the loop; `do` gives it work from any other thread and waits for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns or raises."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


@contextmanager
def living(runtime: Runtime, *background: Callable[[], Awaitable[None]]) -> Iterator[Life]:
    """A loop in which `runtime` is open and `background` runs, until the block ends."""
    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=_run, args=(runtime, background, begun), name="event loop")
    thread.start()
    loop, stop = begun.result()
    try:
        yield Life(loop)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def _run(runtime: Runtime, background: Iterable[Callable[[], Awaitable[None]]], begun: "Future[Any]") -> None:
    async def live() -> None:
        openers = {one.name: one.open for one in find_slices() if one.open}
        async with open_tracer(runtime.settings.core) as runtime.tracer, open_runtime(runtime, openers):
            tasks = [asyncio.ensure_future(each()) for each in background]
            stop = asyncio.Event()
            begun.set_result((asyncio.get_running_loop(), stop))
            await stop.wait()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    try:
        uvloop.run(live())
    except BaseException as error:
        if begun.done():
            raise
        begun.set_exception(error)
