"""PostgreSQL killed, hung, cut off and slow, under load (template-owned; contract, "Processes")."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from tests.faults.crowd import check_writes, crowd, failed, is_polite, rude, slowest, statuses
from tests.faults.database import fetch, until_there_is
from tests.faults.stack import Stack, now

from app.kit.service import this_service

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]


async def test_a_killed_database_is_a_503_within_two_seconds_and_heals(stack: Stack) -> None:
    async with (
        stack.working(),
        stack.serving() as service,
        crowd(service.base_url, stack.tokens[:1] * 6, stack.tokens) as busy,
    ):
        await busy.warmed_up()
        killed = now()
        await asyncio.to_thread(stack.postgres.kill)
        await asyncio.sleep(max(0.0, killed + 2 - now()))
        noticed = now()
        live, ready, health = await service.health()
        read = await service.read()
        await asyncio.sleep(0.5)
        await asyncio.to_thread(stack.postgres.start)
        started, since = now(), datetime.now(UTC).isoformat()
        await asyncio.sleep(7)
        await until_there_is(stack.postgres.url, f"SELECT FROM outbox WHERE relayed_at > '{since}'")

    assert (live, ready, read.status_code, is_polite(read)) == (200, 503, 503, True)
    assert health["checks"]["postgres"]["status"] == "unavailable"
    assert rude(busy.answers) == []
    assert set(statuses(busy.between(noticed, noticed + 0.5))) == {503}
    assert slowest(busy.between(noticed, noticed + 0.5)) < 2
    first = min(answer.ended for answer in busy.since(started) if answer.status == 200)
    assert first - started <= 5
    assert failed(busy.since(started + 5)) == []
    await check_writes(stack.postgres.url, busy)


@pytest.mark.parametrize("how", ["stopped", "forgotten"])
async def test_every_request_to_a_hung_database_ends_within_five_seconds(stack: Stack, how: str) -> None:
    async with stack.serving() as service, crowd(service.base_url, stack.tokens[:1] * 14, stack.tokens) as busy:
        await busy.warmed_up()
        if how == "stopped":
            with stack.postgres.hanging():
                await asyncio.sleep(1)
                live, ready, _ = await service.health()
                await asyncio.sleep(5)
        else:
            # A firewall lost the connections that there were; new ones are well.
            stack.to_postgres.forget()
            await asyncio.sleep(1)
            live, ready, _ = await service.health()
            await asyncio.sleep(4)
        healed = now()
        await asyncio.sleep(4)
        await service.until_ready(within=5)

    assert (live, ready) == (200, 503 if how == "stopped" else ready)
    assert rude(busy.answers) == []
    assert slowest(busy.answers) < 5
    assert failed(busy.since(healed + 2)) == []
    await check_writes(stack.postgres.url, busy)


async def _terminate(stack: Stack) -> None:
    name = this_service().slug
    await fetch(
        stack.postgres.url,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"
        " AND pid <> pg_backend_pid()",
    )


async def _reset(stack: Stack) -> None:
    stack.to_postgres.reset()


async def _cut(stack: Stack) -> None:
    stack.to_postgres.trouble.cut_after = 10


@pytest.mark.parametrize("cut_off", [_terminate, _reset, _cut], ids=["terminated", "reset", "mid-answer"])
async def test_connections_that_are_cut_fail_no_read_and_only_writes_under_way(
    stack: Stack, cut_off: Callable[[Stack], Awaitable[None]]
) -> None:
    async with stack.serving() as service, crowd(service.base_url, stack.tokens[:1] * 6, stack.tokens) as busy:
        await busy.warmed_up()
        for _ in range(4):
            await cut_off(stack)
            # Once each time: a second cut in the middle of the second try is one too many.
            await asyncio.sleep(1)

    writes = [answer for answer in busy.answers if answer.is_write]
    assert failed(busy.reads) == []
    assert rude(writes) == []
    # Ten writers: no more can have been under way each time.
    assert statuses(writes).get(503, 0) <= 4 * len(stack.tokens)
    await check_writes(stack.postgres.url, busy)


async def test_a_slow_database_sheds_what_it_cannot_do(stack: Stack) -> None:
    async with stack.serving() as service, crowd(service.base_url, stack.tokens[:1] * 60, stack.tokens) as busy:
        await busy.warmed_up()
        stack.to_postgres.trouble.latency = 0.5
        slow = now()
        lives = []
        for _ in range(6):
            began = now()
            assert (await service.client.get("/health/live")).status_code == 200
            lives.append(now() - began)
            await asyncio.sleep(1)
        stack.end_of_trouble()
        healed = now()
        await asyncio.sleep(4)

    found = statuses(busy.between(slow, healed))
    assert rude(busy.answers) == []
    assert found[200] > 0
    assert found[503] > 0
    assert slowest(busy.answers) < 10
    assert max(lives) < 1
    assert failed(busy.since(healed + 2)) == []
    await check_writes(stack.postgres.url, busy)


async def test_a_database_at_a_trickle_holds_nobody_past_the_limit(stack: Stack) -> None:
    async with stack.serving() as service, crowd(service.base_url, stack.tokens[:1] * 6, stack.tokens) as busy:
        await busy.warmed_up()
        stack.to_postgres.trouble.bytes_per_second = 500
        await asyncio.sleep(5)
        stack.end_of_trouble()
        healed = now()
        await asyncio.sleep(4)

    assert rude(busy.answers) == []
    assert slowest(busy.answers) < 10
    assert failed(busy.since(healed + 2)) == []
    await check_writes(stack.postgres.url, busy)


async def test_a_service_that_starts_without_its_servers_is_alive_and_finds_them(stack: Stack) -> None:
    await asyncio.to_thread(stack.postgres.stop)
    await asyncio.to_thread(stack.redis.stop)
    async with stack.serving() as service:
        live, ready, health = await service.health()
        read = await service.read()
        await asyncio.to_thread(stack.redis.start)
        await asyncio.to_thread(stack.postgres.start)
        await service.until_ready(within=5)
        healed = await service.read()

    assert (live, ready) == (200, 503)
    assert [health["checks"][name]["status"] for name in ("postgres", "redis")] == ["unavailable", "degraded"]
    assert (read.status_code, is_polite(read)) == (503, True)
    assert healed.status_code == 200
