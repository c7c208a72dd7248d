"""Redis killed, hung, slow, full, restarted and emptied: the API goes on (template-owned; contract, "Rates")."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from statistics import median

import pytest
from redis.asyncio import Redis
from tests.faults.crowd import check_writes, crowd, failed, slowest
from tests.faults.stack import ADMIN, PASSWORD, Running, Stack, now

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]

Trouble = Callable[[Stack], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def _killed(stack: Stack) -> AsyncIterator[None]:
    await asyncio.to_thread(stack.redis.kill)
    yield
    await asyncio.to_thread(stack.redis.start)


@asynccontextmanager
async def _hung(stack: Stack) -> AsyncIterator[None]:
    with stack.redis.hanging():
        yield


@asynccontextmanager
async def _slow(stack: Stack) -> AsyncIterator[None]:
    stack.to_redis.trouble.latency = 0.5
    yield
    stack.end_of_trouble()


@asynccontextmanager
async def _swallowed(stack: Stack) -> AsyncIterator[None]:
    stack.to_redis.trouble.flows.clear()
    yield
    stack.end_of_trouble()


@asynccontextmanager
async def _full(stack: Stack) -> AsyncIterator[None]:
    async with Redis.from_url(stack.redis.url) as redis:
        await redis.config_set("maxmemory", "1")
        yield
        await redis.config_set("maxmemory", "0")


@pytest.mark.parametrize(
    "trouble", [_killed, _hung, _slow, _swallowed, _full], ids=lambda trouble: trouble.__name__[1:]
)
async def test_without_redis_the_api_goes_on_and_finds_it_again(stack: Stack, trouble: Trouble) -> None:
    async with stack.serving() as service, crowd(service.base_url, stack.tokens[:1] * 6, stack.tokens) as busy:
        await busy.warmed_up()
        async with trouble(stack):
            await asyncio.sleep(1.5)
            steady = now()
            live, ready, health = await service.health()
            await asyncio.sleep(2)
            ended = now()
        await service.until_ready(within=5)

    assert failed(busy.answers) == []
    assert (live, ready, health["status"], health["checks"]["redis"]["status"]) == (200, 200, "degraded", "degraded")
    # Left alone but for a trial now and then, which takes REDIS_TIMEOUT.
    assert median(answer.seconds for answer in busy.between(steady, ended)) < 0.25
    assert slowest(busy.answers) < 2
    await check_writes(stack.postgres.url, busy)


async def test_a_redis_that_restarts_or_cuts_connections_off_is_hardly_noticed(stack: Stack) -> None:
    async with stack.serving() as service, crowd(service.base_url, stack.tokens[:1] * 6, stack.tokens) as busy:
        await busy.warmed_up()
        await asyncio.to_thread(stack.redis.stop)
        await asyncio.to_thread(stack.redis.start)
        await asyncio.sleep(1)
        stack.to_redis.reset()
        await asyncio.sleep(0.5)
        stack.to_redis.trouble.cut_after = 3
        await service.until_ready(within=5)

    assert failed(busy.answers) == []
    await check_writes(stack.postgres.url, busy)


async def _log_in_and_out(service: Running) -> dict[str, str]:
    """The header of a session that has ended."""
    log_in = {"email": ADMIN, "password": PASSWORD}
    tokens = (await service.client.post("/api/v1/auth/login", json=log_in)).json()
    header = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await service.client.post("/api/v1/auth/logout", headers=header)).status_code == 204
    return header


async def test_sessions_survive_an_emptied_redis_and_ended_ones_stay_ended(stack: Stack) -> None:
    async with stack.serving() as service, crowd(service.base_url, stack.tokens[:1] * 6, stack.tokens) as busy:
        ended = await _log_in_and_out(service)
        redis = Redis.from_url(stack.redis.url)
        statuses = []
        for _ in range(5):
            await asyncio.sleep(0.3)
            await redis.flushall()
            await redis.script_flush()
            statuses.append((await service.client.get("/api/v1/auth/me", headers=ended)).status_code)
        await redis.aclose()
        await asyncio.sleep(0.5)

    assert failed(busy.answers) == []
    assert statuses == [401] * 5
    await check_writes(stack.postgres.url, busy)
