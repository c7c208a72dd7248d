"""Every history up, down and up again, and what the database is afterwards (template-owned)."""

import pytest
from tests.api.database import execute, fetch

from app.kit.urls import parse_postgres_url
from app.migrations.histories import find_histories
from app.migrations.run import downgrade, has_differences, upgrade

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY table_name, column_name
"""
_STANDARD_TABLES = """
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name IN ('version', 'updated_at', 'deleted_at')
    GROUP BY table_name HAVING count(*) = 3 ORDER BY table_name
"""
_WITH_TRIGGER = """
    SELECT tgrelid::regclass::text AS table_name FROM pg_trigger
    WHERE tgname = 'trigger_update_updated_at' ORDER BY 1
"""


async def test_core_comes_first_and_own_last() -> None:
    owners = [history.owner for history in find_histories()]
    assert owners[0] == "core"
    assert owners[-1] == "own"


async def test_every_history_goes_up_down_and_up_again(empty_database: str) -> None:
    server = parse_postgres_url(empty_database)
    await upgrade(server)
    first = await fetch(empty_database, _COLUMNS)

    for history in reversed(find_histories()):
        await downgrade(server, history.owner, "base")
    left = [row["tablename"] for row in await fetch(empty_database, _TABLES)]
    assert [name for name in left if not name.startswith("alembic_version_")] == []

    await upgrade(server)
    assert await fetch(empty_database, _COLUMNS) == first


async def test_the_tables_in_python_are_those_of_the_database(empty_database: str) -> None:
    server = parse_postgres_url(empty_database)
    await upgrade(server)
    assert not await has_differences(server)
    await execute(empty_database, "ALTER TABLE users DROP COLUMN name")
    assert await has_differences(server)


async def test_every_table_with_standard_columns_has_their_trigger(empty_database: str) -> None:
    await upgrade(parse_postgres_url(empty_database))
    standard = await fetch(empty_database, _STANDARD_TABLES)
    assert {"table_name": "users"} in standard
    assert await fetch(empty_database, _WITH_TRIGGER) == standard


async def test_an_update_raises_the_version_and_the_time(empty_database: str) -> None:
    await upgrade(parse_postgres_url(empty_database))
    await execute(empty_database, "INSERT INTO organizations (name) VALUES ('Acme')")
    await execute(empty_database, "UPDATE organizations SET name = 'Acme Ltd'")
    (row,) = await fetch(empty_database, "SELECT version, updated_at > created_at AS moved FROM organizations")
    assert row == {"version": 2, "moved": True}


async def test_migrating_again_says_where_each_history_stands(empty_database: str) -> None:
    server, told = parse_postgres_url(empty_database), list[str]()
    await upgrade(server)
    await upgrade(server, tell=told.append)
    assert told[0] == "core: core0001"


async def test_a_history_that_is_not_there_is_named(empty_database: str) -> None:
    with pytest.raises(SystemExit, match="there is no history nobody; there are core, "):
        await downgrade(parse_postgres_url(empty_database), "nobody", "base")
