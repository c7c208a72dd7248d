"""A PostgreSQL that stops answering, and one that restarts: a server of this file's own (template-owned)."""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.api.conftest import SettingsOf
from tests.api.database import connected, execute, make_ready, until_there_is
from tests.api.notes import notes_router, table_sql
from tests.api.service import ADMIN, Service, open_service
from tests.api.working import working_relay
from tests.forwarding import forwarding
from tests.own_servers import OwnServer, own_postgres

from app.api.organizations.tables import Organization
from app.api.postgres.database import open_database
from app.api.runtime import Runtime, make_runtime
from app.api.slices import Slice
from app.kit.events import Event
from app.kit.problems import ProblemError


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    with own_postgres(tmp_path_factory.mktemp("own-server")) as own:
        asyncio.run(make_ready(own.url))
        asyncio.run(execute(own.url, table_sql()))
        yield own


async def _timed(service: Service, after: float, path: str = "/api/v1/tried-notes") -> tuple[int, float]:
    await asyncio.sleep(after)
    clock = asyncio.get_running_loop().time
    began = clock()
    response = await service.client.get(path)
    return response.status_code, clock() - began


async def _heals(service: Service) -> None:
    async with asyncio.timeout(10):
        while (await service.client.get("/api/v1/tried-notes")).status_code != 200:
            await asyncio.sleep(0.05)


async def test_every_request_to_a_hung_server_ends_within_five_seconds(
    own_server: OwnServer, settings_anywhere: SettingsOf
) -> None:
    chosen = settings_anywhere(DATABASE_URL=own_server.url, DATABASE_POOL_SIZE="3")
    async with open_service(chosen, notes_router(), log_in_as=ADMIN) as service:
        # The pool is warm, smaller than the crowd, and requests go on arriving while others already wait.
        assert {status for status, _ in await asyncio.gather(*(_timed(service, 0) for _ in range(6)))} == {200}
        with own_server.hanging():
            crowd = [_timed(service, number * 0.25) for number in range(16)]
            probes = [_timed(service, 1.0, "/health/ready"), _timed(service, 0.5, "/health/live")]
            *answers, ready, live = await asyncio.gather(*crowd, *probes)
        await _heals(service)

    assert {status for status, _ in answers} == {503}
    assert max(seconds for _, seconds in answers) < 5
    assert (ready[0], live[0]) == (503, 200)
    assert ready[1] < 3
    assert live[1] < 3


async def test_a_statement_under_way_when_the_server_hangs_ends_too(
    own_server: OwnServer, settings_anywhere: SettingsOf
) -> None:
    async def hold_notes() -> None:
        async with connected(own_server.url) as connection, connection.transaction():
            await connection.execute("LOCK tried_notes")
            is_held.set()
            await may_end.wait()

    is_held, may_end = asyncio.Event(), asyncio.Event()
    holding = asyncio.create_task(hold_notes())
    await is_held.wait()
    chosen = settings_anywhere(DATABASE_URL=own_server.url, DATABASE_TIMEOUT="1s")
    async with open_service(chosen, notes_router(), log_in_as=ADMIN) as service:
        waiting = asyncio.create_task(_timed(service, 0))
        blocked = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FROM tried_notes%'"
        await until_there_is(own_server.url, blocked)
        with own_server.hanging():
            status, seconds = await waiting
        may_end.set()
        await holding
        await _heals(service)

    assert status == 503
    assert seconds < 3


async def test_a_write_under_way_when_the_server_hangs_ends_too(
    own_server: OwnServer, settings_anywhere: SettingsOf
) -> None:
    database = open_database(settings_anywhere(DATABASE_URL=own_server.url, DATABASE_TIMEOUT="1s").core)
    clock = asyncio.get_running_loop().time
    with pytest.raises(ProblemError) as caught:
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
            with own_server.hanging():
                began = clock()
                session.add(Organization(name="New"))
                await session.flush()

    assert caught.value.kind.status == 503
    assert clock() - began < 3
    await database.ping()
    await database.close()


async def test_a_server_that_restarts_is_found_again(own_server: OwnServer, settings_anywhere: SettingsOf) -> None:
    told: list[Event] = []

    async def tell(_: Runtime, __: AsyncSession, event: Event) -> None:
        told.append(event)

    # Behind one address, as a database that fails over is.
    async with forwarding(lambda: own_server.url) as proxy:
        runtime = make_runtime(settings_anywhere(DATABASE_URL=proxy.url))
        relay = asyncio.create_task(working_relay(runtime, [Slice("test", handlers={"x.made": tell})]).run())
        await runtime.database.ping()
        own_server.stop()
        with pytest.raises(ProblemError):
            await runtime.database.ping()
        own_server.start()
        await runtime.database.ping()
        event = str(uuid4())
        columns = "id, name, organization_id, resource, resource_id, version, at, data"
        values = f"'{event}', 'x.made', '{event}', 'x', '{event}', 1, NOW(), '{{}}'"
        await execute(own_server.url, f"INSERT INTO outbox ({columns}) VALUES ({values})")
        async with asyncio.timeout(10):
            while not told:
                await asyncio.sleep(0.05)
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        await runtime.database.close()
        await runtime.store.redis.aclose()

    assert str(told[0].id) == event
