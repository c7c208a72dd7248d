"""What a test asks PostgreSQL itself, beside the service and past every proxy (template-owned)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import dict_row

Row = dict[str, Any]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection[Row]]:
    """A connection that commits each statement, where no transaction is opened."""
    async with await AsyncConnection.connect(url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


async def fetch(url: str, query: str, *values: object) -> list[Row]:
    """The rows of a query, with `%s` for each value."""
    async with connected(url) as connection:
        return await (await connection.execute(query.encode(), values or None)).fetchall()


async def until_there_is(url: str, query: str, *, seconds: float = 10) -> None:
    """Wait until the query finds something.

    Raises:
        TimeoutError: it found nothing for so many seconds.
    """
    async with connected(url) as connection, asyncio.timeout(seconds):
        while not await (await connection.execute(query.encode())).fetchall():
            await asyncio.sleep(0.01)
