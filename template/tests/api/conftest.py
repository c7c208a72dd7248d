"""A migrated and seeded database for each worker, clean for each test (template-owned)."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from tests.api.database import connected, execute, make_ready, scratch_database
from tests.api.notes import table_sql
from tests.environment import settings_of

from app.components import Settings

SettingsOf = Callable[..., Settings]
KEPT = ("organizations", "users")


@pytest.fixture(scope="session")
def worker_database() -> Iterator[str]:
    """The database of this worker, with a copy of its demo users to put them back from."""
    with scratch_database(os.environ["DATABASE_URL"]) as url:
        asyncio.run(_prepare(url))
        yield url


async def _prepare(url: str) -> None:
    await make_ready(url)
    await execute(url, table_sql())
    copies = (f"CREATE TABLE seeded.{table} AS TABLE public.{table};" for table in KEPT)
    await execute(url, "CREATE SCHEMA seeded;" + "".join(copies))


@pytest.fixture
async def database_url(worker_database: str) -> AsyncIterator[str]:
    """The worker's database as it was after `migrate` and `seed`."""
    async with connected(worker_database) as connection:
        listed = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic_%'"
        tables = ", ".join(row["tablename"] for row in await connection.fetch(listed))
        put_back = "".join(f"INSERT INTO public.{table} SELECT * FROM seeded.{table};" for table in KEPT)
        await connection.execute(f"TRUNCATE {tables}; {put_back}")
    yield worker_database


@pytest.fixture
def settings_anywhere(tmp_path: Path) -> SettingsOf:
    """Settings with a data folder of the test's own, for a test with a database of its own."""

    def settings_anywhere(**given: str) -> Settings:
        return settings_of(**{"DATA_DIR": str(tmp_path), **given})

    return settings_anywhere


@pytest.fixture
def settings(database_url: str, settings_anywhere: SettingsOf) -> SettingsOf:
    """Settings on the worker's database: `settings(BODY_LIMIT="2048")`."""

    def settings(**given: str) -> Settings:
        return settings_anywhere(**{"DATABASE_URL": database_url, **given})

    return settings
