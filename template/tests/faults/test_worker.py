"""The servers of the worker killed and hung: the API goes on, and the back-log drains (template-owned; jobs.md)."""

import asyncio
from datetime import UTC, datetime

import pytest
from tests.faults.database import connected, fetch, until_there_is
from tests.faults.stack import ADMIN, PASSWORD, Running, Stack

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]
SESSIONS = 5


@pytest.fixture(autouse=True)
async def _nothing_is_left_to_be_done(stack: Stack) -> None:
    """What the crowds of other tests have left would keep the worker for minutes."""
    async with connected(stack.postgres.url) as connection:
        await connection.execute("UPDATE outbox SET relayed_at = NOW() WHERE relayed_at IS NULL")
        await connection.execute("UPDATE jobs SET finished_at = NOW() WHERE finished_at IS NULL")


async def _end_sessions(service: Running) -> None:
    """Log in and out: each end is an event that the worker acts on."""
    for _ in range(SESSIONS):
        log_in = {"email": ADMIN, "password": PASSWORD}
        tokens = (await service.client.post("/api/v1/auth/login", json=log_in)).json()
        header = {"Authorization": f"Bearer {tokens['access_token']}"}
        assert (await service.client.post("/api/v1/auth/logout", headers=header)).status_code == 204


def _since(began: datetime, condition: str) -> str:
    return f"SELECT count(*) AS number FROM jobs WHERE created_at > '{began.isoformat()}' AND {condition}"


async def _check_all_is_done(stack: Stack, began: datetime) -> None:
    done = _since(began, "finished_at IS NOT NULL AND error IS NULL")
    await until_there_is(stack.postgres.url, f"SELECT FROM ({done}) x WHERE number >= {SESSIONS}", seconds=60)
    (waiting,) = await fetch(stack.postgres.url, _since(began, "finished_at IS NULL"))
    assert waiting["number"] == 0


@pytest.mark.parametrize("how", ["killed", "hung"])
async def test_what_is_written_while_redis_is_away_is_done_when_it_is_back(stack: Stack, how: str) -> None:
    began = datetime.now(UTC)
    async with stack.working(), stack.serving() as service:
        if how == "killed":
            await asyncio.to_thread(stack.redis.kill)
            await _end_sessions(service)
            await asyncio.sleep(3)
            await asyncio.to_thread(stack.redis.start)
        else:
            with stack.redis.hanging():
                await _end_sessions(service)
                await asyncio.sleep(8)
        await _check_all_is_done(stack, began)


async def test_jobs_go_on_after_a_database_that_was_killed(stack: Stack) -> None:
    began = datetime.now(UTC)
    async with stack.working(), stack.serving() as service:
        await _end_sessions(service)
        await asyncio.to_thread(stack.postgres.kill)
        await asyncio.sleep(3)
        await asyncio.to_thread(stack.postgres.start)
        await service.until_ready(within=10)
        await _check_all_is_done(stack, began)
