"""More clients than connections, and clients that leave: no connection is lost (template-owned)."""

import asyncio
import random
import re
from contextlib import suppress

import pytest
from httpx2 import AsyncClient, Limits, TimeoutException
from tests.faults.crowd import check_writes, crowd, rude, slowest, statuses
from tests.faults.database import connected, fetch
from tests.faults.stack import Running, Stack, now

from app.kit.service import this_service

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]

_WAITING = """
SELECT pid FROM pg_stat_activity WHERE application_name = %s AND wait_event_type = 'Lock' AND query LIKE '%%users%%'
"""
_FEW_ACTIVE = re.compile(r"^db_connections_active [01]\.0$", re.MULTILINE)
_OPEN = "SELECT pid, state FROM pg_stat_activity WHERE application_name = %s AND pid <> pg_backend_pid()"


async def _most_used_at_once(service: Running, stack: Stack, size: int) -> int:
    """How many connections the service uses at once while each of them has to wait: all that it has not lost."""
    most, reads = 0, set[asyncio.Task[object]]()
    async with connected(stack.postgres.url) as other, other.transaction():
        await other.execute("LOCK users")
        began = now()
        while most < size and now() - began < 10:
            reads |= {asyncio.create_task(service.read()) for _ in range(size + 2 - len(reads))}
            await asyncio.wait(reads, timeout=0.02)
            reads = {read for read in reads if not read.done()}
            most = max(most, len(await fetch(stack.postgres.url, _WAITING, this_service().slug)))
    await asyncio.gather(*reads)
    return most


async def _check_none_is_lost(service: Running, stack: Stack, size: int) -> None:
    assert await _most_used_at_once(service, stack, size) == size
    # What was given up ends on the server a moment later.
    async with asyncio.timeout(5):
        while len(found := await fetch(stack.postgres.url, _OPEN, this_service().slug)) > size or _busy(found):
            await asyncio.sleep(0.1)
        # A probe may hold one just now.
        while not _FEW_ACTIVE.search((await service.client.get("/metrics")).text):
            await asyncio.sleep(0.1)


def _busy(connections: list[dict[str, object]]) -> int:
    return sum(connection["state"] != "idle" for connection in connections)


async def test_two_hundred_clients_share_five_connections(stack: Stack) -> None:
    readers = stack.tokens[:1] * 190
    # Straight to Redis: the way through this busy process is no trouble of Redis.
    async with stack.serving(DATABASE_POOL_SIZE="5", REDIS_URL=stack.redis.url) as service:
        async with crowd(service.base_url, readers, stack.tokens) as busy:
            await busy.warmed_up()
            # Each connection is held for longer: what can't be done in time is refused.
            stack.to_postgres.trouble.latency = 0.1
            await asyncio.sleep(5)
            live, ready, health = await service.health()
            stack.end_of_trouble()
            await asyncio.sleep(1)
        await _check_none_is_lost(service, stack, 5)

    assert rude(busy.answers) == []
    assert (live, ready, health["status"]) == (200, 200, "ok")
    assert statuses(busy.answers)[200] > 100
    assert slowest(busy.answers) < 10
    await check_writes(stack.postgres.url, busy)


async def _ask_impatiently(client: AsyncClient, service: Running, times: int, *, patience: float) -> set[str]:
    """Ask again and again, and go away before the answer or just after it; gives the problems that were told."""
    headers, told = {"Authorization": f"Bearer {service.token}"}, set[str]()
    for _ in range(times):
        with suppress(TimeoutException):
            answer = await client.get("/api/v1/users", headers=headers, timeout=random.uniform(0.001, patience))
            told |= set() if answer.status_code == 200 else {answer.json()["type"]}
    return told


@pytest.mark.parametrize(("patience", "limit"), [(0.3, "10s"), (30, "500ms")], ids=["clients", "time-limit"])
async def test_two_thousand_requests_given_up_lose_no_connection(stack: Stack, patience: float, limit: str) -> None:
    async with stack.serving(DATABASE_POOL_SIZE="5", REQUEST_TIMEOUT=limit) as service:
        # Four answers to a read: some are done in time, others end in the middle of each of them.
        stack.to_postgres.trouble.latency = 0.02
        limits = Limits(max_connections=None, max_keepalive_connections=None)
        async with AsyncClient(base_url=service.base_url, limits=limits, trust_env=False) as client:
            asking = (_ask_impatiently(client, service, 20, patience=patience) for _ in range(100))
            told = set[str]().union(*await asyncio.gather(*asking))
        stack.end_of_trouble()
        await service.until_ready(within=5)
        await _check_none_is_lost(service, stack, 5)

    assert ("urn:problem:timed-out" in told) is (limit == "500ms")
