"""Where documents are kept and found: in a table of PostgreSQL, or in Elasticsearch (template-owned)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any, Literal, Protocol, cast

from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.postgres.database import Database
from app.api.runtime import Client, Runtime
from app.components import Settings
from app.components.search import SearchSettings
from app.domain.search.index import Document
from app.domain.search.questions import Hit, Question
from app.domain.search.sql import FIND, FORGET, MOST_AT_ONCE, NOW, SWEEP, WRITE, WRITE_AGAIN, asked, written

Fill = Callable[[Sequence[Document]], Awaitable[None]]


class Index(Protocol):
    """Keeps the newest document of each row, and finds those that a question is about."""

    async def write(self, session: AsyncSession, document: Document) -> None:
        """Keep a document, unless a newer one is there."""
        ...

    async def find(self, question: Question) -> list[Hit]:
        """What is found, in its order."""
        ...

    async def forget(self, resources: Collection[str], before: datetime) -> int:
        """Remove what is left of rows of these resources that were deleted before then; how many that were."""
        ...

    def rebuilding(self, resource: str) -> AbstractAsyncContextManager[Fill]:
        """Take all documents of a resource anew; what was there before is found until the end of the block."""
        ...


class PostgresIndex:
    """The embedded back end: a table beside those of the service."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, session: AsyncSession, document: Document) -> None:
        await session.execute(text(WRITE), written(document))

    async def find(self, question: Question) -> list[Hit]:
        rows = await self._database.read(lambda connection: connection.execute(text(FIND), asked(question)))
        return [Hit(**row) for row in rows.mappings()]

    async def forget(self, resources: Collection[str], before: datetime) -> int:
        removed, some = 0, MOST_AT_ONCE
        while some == MOST_AT_ONCE:
            some = await self._change(FORGET, resources=list(resources), before=before, most=MOST_AT_ONCE)
            removed += some
        return removed

    @asynccontextmanager
    async def rebuilding(self, resource: str) -> AsyncIterator[Fill]:
        began = (await self._database.read(lambda connection: connection.execute(text(NOW)))).scalar_one()
        yield self._fill
        await self._change(SWEEP, resource=resource, before=began)

    async def _fill(self, documents: Sequence[Document]) -> None:
        async with self._database.transaction() as session:
            await session.execute(text(WRITE_AGAIN), [written(document) for document in documents])

    async def _change(self, statement: str, **values: Any) -> int:
        async with self._database.transaction() as session:
            return cast("CursorResult[Any]", await session.execute(text(statement), values)).rowcount


class _Embedded:
    """What /health asks where no Elasticsearch is named: PostgreSQL has a line of its own there."""

    backend: Literal["embedded"] = "embedded"
    is_resting = False

    async def ping(self) -> None:
        """The database is asked for itself."""


@asynccontextmanager
async def open_index(settings: Settings) -> AsyncIterator[Client]:
    """The client that the settings ask for."""
    search = settings.of(SearchSettings)
    if search.elasticsearch_url is None:
        yield _Embedded()
        return
    # Only now: a process that no Elasticsearch is named to starts without its client.
    from app.api.search.elasticsearch import ElasticsearchIndex

    async with ElasticsearchIndex.opened(search, search.elasticsearch_url) as index:
        yield index


def index_of(runtime: Runtime) -> Index:
    """The index of this process."""
    client = runtime.clients["search"]
    return PostgresIndex(runtime.database) if isinstance(client, _Embedded) else cast("Index", client)
