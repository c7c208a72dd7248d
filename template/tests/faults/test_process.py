"""The service's own process told to stop, and killed, under load (template-owned; contract, "Processes").

What one process does by itself when it is told to stop, `test_serve.py` tries.
"""

import asyncio
import contextlib
import itertools
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from httpx2 import AsyncClient, HTTPError
from tests.faults.crowd import check_writes, crowd, failed, statuses
from tests.faults.stack import Running, Stack, now
from tests.forwarding import Proxy, forwarding

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]


class Balancer:
    """Sends each new connection to a process that said it is ready; lets those it has go on, as balancers do."""

    def __init__(self, *services: Running) -> None:
        self.services = list(services)
        self._ready = list(services)
        self._turns = itertools.count()

    def target(self) -> str:
        """Where the next connection goes."""
        return self._ready[next(self._turns) % len(self._ready)].base_url

    async def probe_on(self) -> None:
        """Ask each process ten times a second whether it is ready."""
        while True:
            answers = [(service, await _is_ready(service)) for service in self.services]
            self._ready = [service for service, is_ready in answers if is_ready] or self._ready
            await asyncio.sleep(0.1)

    async def replace(self, old: Running, new: Running) -> int:
        """Let a process go once another is there, as a deployment does; its exit status."""
        self.services.append(new)
        while new not in self._ready:
            await asyncio.sleep(0.05)
        old.process.stop()
        status = await asyncio.to_thread(old.process.wait)
        self.services.remove(old)
        return status

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Proxy]:
        """In front of the processes until the end of the block."""
        async with forwarding(self.target) as proxy:
            probing = asyncio.create_task(self.probe_on())
            yield proxy
            probing.cancel()
            await asyncio.gather(probing, return_exceptions=True)


async def _is_ready(service: Running) -> bool:
    with contextlib.suppress(HTTPError):
        async with AsyncClient(timeout=1, trust_env=False) as client:
            return (await client.get(f"{service.base_url}/health/ready")).status_code == 200
    return False


async def test_two_processes_are_replaced_in_turn_without_a_dropped_request(stack: Stack) -> None:
    async with AsyncExitStack() as processes:

        async def start() -> Running:
            return await processes.enter_async_context(stack.serving(SHUTDOWN_DRAIN_SECONDS="2"))

        balancer = Balancer(await start(), await start())
        async with balancer.running() as proxy, crowd(proxy.url, stack.tokens[:1] * 10, stack.tokens) as busy:
            await busy.warmed_up()
            ends = [await balancer.replace(balancer.services[0], await start()) for _ in range(2)]
            await asyncio.sleep(0.5)

    assert ends == [0, 0]
    assert failed(busy.answers) == []
    await check_writes(stack.postgres.url, busy)


async def test_a_killed_process_leaves_nothing_that_keeps_the_next_from_working(stack: Stack) -> None:
    async with stack.serving() as killed, crowd(killed.base_url, stack.tokens[:1] * 6, stack.tokens) as busy:
        await busy.warmed_up()
        killed.process.stop(signal.SIGKILL)
        await asyncio.to_thread(killed.process.wait)
        await asyncio.sleep(0.3)
    began = now()
    async with stack.serving() as service:
        await service.until_ready(within=5)
        async with crowd(service.base_url, stack.tokens[:1] * 6, stack.tokens) as again:
            await again.warmed_up()

    assert set(statuses(busy.answers)) == {200, 0}
    assert failed(again.answers) == []
    assert now() - began < 15
    await check_writes(stack.postgres.url, busy)
    await check_writes(stack.postgres.url, again)
