"""What is measured of PostgreSQL and Redis (template-owned)."""

import socket
from collections.abc import AsyncIterator

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from tests.api.conftest import SettingsOf

from app.api.postgres.database import Database, open_database
from app.api.redis.store import StoreError, open_store

TYPES = ("select", "insert", "update", "delete", "other")


@pytest.fixture
async def database(settings: SettingsOf) -> AsyncIterator[Database]:
    database = open_database(settings(DATABASE_TIMEOUT="500ms", DATABASE_POOL_SIZE="3").core)
    yield database
    await database.close()


def _count(metric: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"{metric}_count", labels) or 0


def _seconds(query_type: str) -> float:
    return REGISTRY.get_sample_value("db_query_duration_seconds_sum", {"query_type": query_type}) or 0


def _connections() -> tuple[float | None, float | None]:
    names = ("db_connections_active", "db_connections_idle")
    active, idle = (REGISTRY.get_sample_value(name) for name in names)
    return active, idle


@pytest.mark.parametrize(
    ("statement", "counted"),
    [
        ("SELECT 1", "select"),
        ("\n  select 1", "select"),
        ("INSERT INTO organizations (name) VALUES ('New')", "insert"),
        ("UPDATE organizations SET name = name WHERE FALSE", "update"),
        ("DELETE FROM organizations WHERE FALSE", "delete"),
        ("WITH one AS (SELECT 1) SELECT * FROM one", "other"),
        ("SET LOCAL statement_timeout = 100", "other"),
    ],
)
async def test_a_statement_is_counted_by_its_first_word(database: Database, statement: str, counted: str) -> None:
    before = {each: _count("db_query_duration_seconds", query_type=each) for each in TYPES}
    async with database.transaction() as session:
        await session.execute(text(statement))

    after = {each: _count("db_query_duration_seconds", query_type=each) for each in TYPES}
    assert {each for each in TYPES if after[each] != before[each]} == {counted}
    assert after[counted] == before[counted] + 1


async def test_the_time_is_that_of_the_statement_in_seconds(database: Database) -> None:
    before = _seconds("select")
    async with database.transaction() as session:
        await session.execute(text("SELECT pg_sleep(0.2)"))

    assert 0.2 <= _seconds("select") - before < 0.5


@pytest.mark.parametrize("statement", ["SELECT * FROM nowhere", "SELECT pg_sleep(30)"])
async def test_a_statement_that_fails_counts_once_too(database: Database, statement: str) -> None:
    before = _count("db_query_duration_seconds", query_type="select")
    with pytest.raises(Exception, match=r"nowhere|PostgreSQL"):
        async with database.transaction() as session:
            await session.execute(text(statement))

    assert _count("db_query_duration_seconds", query_type="select") == before + 1


async def test_what_people_sent_is_in_no_error(database: Database) -> None:
    with pytest.raises(Exception, match="nowhere") as caught:
        async with database.transaction() as session:
            await session.execute(text("SELECT :a FROM nowhere"), {"a": "hunter2"})

    assert "hunter2" not in str(caught.value)


async def test_the_gauges_are_the_pools_connections(database: Database) -> None:
    assert _connections() == (0, 0)
    async with database.transaction() as one:
        await one.execute(text("SELECT 1"))
        async with database.transaction() as two:
            await two.execute(text("SELECT 1"))
            assert _connections() == (2, 0)
        assert _connections() == (1, 1)
    assert _connections() == (0, 2)

    await database.close()
    assert _connections() == (0, 0)


async def test_an_operation_on_redis_is_timed_by_its_name(settings_anywhere: SettingsOf) -> None:
    store = open_store(settings_anywhere().core)
    before = _count("cache_operation_duration_seconds", operation="tried")
    await store.run("tried", lambda redis: redis.ping())

    assert _count("cache_operation_duration_seconds", operation="tried") == before + 1
    await store.redis.aclose()


async def test_an_operation_that_fails_is_timed_and_one_that_is_not_tried_is_not(
    settings_anywhere: SettingsOf,
) -> None:
    with socket.socket() as nowhere:
        nowhere.bind(("127.0.0.1", 0))
        store = open_store(settings_anywhere(REDIS_URL=f"redis://127.0.0.1:{nowhere.getsockname()[1]}").core)
        before = _count("cache_operation_duration_seconds", operation="failed")
        for _ in range(5):
            with pytest.raises(StoreError):
                await store.run("failed", lambda redis: redis.ping())

    # After three failures in a row Redis is left alone for a while.
    assert _count("cache_operation_duration_seconds", operation="failed") == before + 3
    await store.redis.aclose()
