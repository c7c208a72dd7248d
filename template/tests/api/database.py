"""Databases for tests: scratch ones on the given server, migrated and seeded when asked (template-owned)."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from tests.environment import core_settings

from app.api.postgres.database import connect_arguments, open_database
from app.api.seed import seed
from app.kit.urls import parse_postgres_url
from app.migrations.run import upgrade


@contextmanager
def scratch_database(server_url: str) -> Iterator[str]:
    """An empty database on the server of this URL, for a while."""
    name = f"test_{secrets.token_hex(6)}"
    asyncio.run(execute(server_url, f"CREATE DATABASE {name}"))
    try:
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    finally:
        asyncio.run(execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


async def make_ready(url: str) -> None:
    """Bring a database to the newest revision and add the demo users."""
    await upgrade(parse_postgres_url(url))
    database = open_database(core_settings(DATABASE_URL=url))
    await seed(database, "a password of the tests")
    await database.close()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """A connection of the test's own, beside the service's."""
    connection = await asyncpg.connect(**connect_arguments(parse_postgres_url(url)))
    try:
        yield connection
    finally:
        await connection.close()


async def execute(url: str, statement: str) -> None:
    """Run statements that return nothing."""
    async with connected(url) as connection:
        await connection.execute(statement)


async def until_there_is(url: str, query: str) -> None:
    """Wait until the query finds something."""
    async with connected(url) as connection, asyncio.timeout(10):
        while not await connection.fetch(query):
            await asyncio.sleep(0.01)


async def fetch(url: str, query: str, *values: object) -> list[dict[str, Any]]:
    """The rows of a query."""
    async with connected(url) as connection:
        return [dict(row) for row in await connection.fetch(query, *values)]
