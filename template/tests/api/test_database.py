"""PostgreSQL from the service's side: transactions, lost connections, time-outs (template-owned)."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from sqlalchemy import exc, text
from tests.api.conftest import SettingsOf
from tests.api.database import execute, fetch

from app.api.postgres.database import Database, open_database
from app.kit.problems import ProblemError
from app.kit.service import this_service


@pytest.fixture
async def database(settings: SettingsOf) -> AsyncIterator[Database]:
    database = open_database(settings(DATABASE_TIMEOUT="500ms", DATABASE_POOL_SIZE="2").core)
    yield database
    await database.close()


async def _names(url: str) -> list[str]:
    return [row["name"] for row in await fetch(url, "SELECT name FROM organizations ORDER BY name")]


async def test_a_block_that_ends_is_committed(database: Database, database_url: str) -> None:
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO organizations (name) VALUES ('New')"))

    assert await _names(database_url) == ["Acme", "Globex", "New"]


async def test_a_block_that_raises_is_undone(database: Database, database_url: str) -> None:
    with pytest.raises(LookupError):
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO organizations (name) VALUES ('New')"))
            raise LookupError

    assert await _names(database_url) == ["Acme", "Globex"]


async def test_a_mistake_in_a_statement_is_no_unreachable_server(database: Database) -> None:
    with pytest.raises(exc.ProgrammingError):
        async with database.transaction() as session:
            await session.execute(text("SELECT * FROM nowhere"))


async def test_a_slow_statement_is_given_up(database: Database, database_url: str) -> None:
    began = asyncio.get_running_loop().time()
    with pytest.raises(ProblemError) as caught:
        async with database.transaction() as session:
            await session.execute(text("SELECT pg_sleep(30)"))

    assert caught.value.kind.status == 503
    assert caught.value.headers == {"Retry-After": "5"}
    assert asyncio.get_running_loop().time() - began < 2
    await database.ping()
    assert await fetch(database_url, "SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'") == []


async def test_a_killed_connection_heals(database: Database, database_url: str) -> None:
    await database.ping()
    name = this_service().slug
    await execute(
        database_url,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"
        " AND datname = current_database() AND pid <> pg_backend_pid()",
    )

    await database.ping()


async def test_a_connection_killed_in_a_transaction_is_a_503_and_heals(database: Database, database_url: str) -> None:
    with pytest.raises(ProblemError) as caught:
        async with database.transaction() as session:
            pid = await session.scalar(text("SELECT pg_backend_pid()"))
            await execute(database_url, f"SELECT pg_terminate_backend({pid})")
            await session.execute(text("SELECT 1"))

    assert caught.value.kind.status == 503
    await database.ping()


async def test_a_full_pool_is_a_503(database: Database) -> None:
    async with database.transaction() as one, database.transaction() as two:
        await one.execute(text("SELECT 1"))
        await two.execute(text("SELECT 1"))
        with pytest.raises(ProblemError) as caught:
            await database.ping()

    assert caught.value.kind.status == 503
    await database.ping()


@pytest.mark.parametrize(
    "change", [{"path": "/nowhere"}, {"netloc": "nobody:wrong@{host}"}], ids=["database", "log-in"]
)
async def test_a_server_that_refuses_us_is_a_503(
    settings: SettingsOf, database_url: str, change: dict[str, str]
) -> None:
    parts = urlsplit(database_url)
    host = parts.netloc.rpartition("@")[2]
    url = parts._replace(**{name: value.format(host=host) for name, value in change.items()}).geturl()
    database = open_database(settings(DATABASE_URL=url).core)

    with pytest.raises(ProblemError) as caught:
        await database.ping()

    assert caught.value.kind.status == 503


async def test_sessions_are_in_utc_and_bear_the_services_name(database: Database) -> None:
    async with database.transaction() as session:
        row = (
            await session.execute(text("SELECT current_setting('TimeZone'), current_setting('application_name')"))
        ).one()

    assert tuple(row) == ("UTC", this_service().slug)
