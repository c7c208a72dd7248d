"""The audit trail in MongoDB or DocumentDB (template-owned)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

import structlog
from pymongo import AsyncMongoClient, IndexModel, UpdateMany, UpdateOne, timeout
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import ConnectionFailure, DuplicateKeyError, ExecutionTimeout, PyMongoError

from app.api.remote import Failures, Remote
from app.domain.documents import (
    COLLECTION,
    INDEXES,
    MOST_AT_ONCE,
    ORDER,
    SCHEMA_VERSION,
    SPARSE,
    Entry,
    Selection,
    document_of,
    erasing_updates,
    filter_of,
    read_document,
    replacement_of,
)
from app.kit.documents.commands import MeasuredCommands
from app.kit.documents.urls import MongoServer
from app.kit.events import Event

T = TypeVar("T")
Entries = AsyncCollection[dict[str, Any]]
_log = structlog.stdlib.get_logger(__name__)
# PyMongo begins once more by itself what never began, within the same time.
_FAILURES = Failures(unreached=(), broken=(OSError, ConnectionFailure, ExecutionTimeout))
_INDEX_SECONDS, _AGAIN_SECONDS = 60.0, 5.0
_OUTDATED = {"schemaVersion": {"$lt": SCHEMA_VERSION}}


class MongoTrail:
    """The real back end; each operation ends within the time limit, as a 503 where the server is not well."""

    backend: Literal["real"] = "real"

    def __init__(self, entries: Entries, *, seconds: float) -> None:
        self._entries = entries
        self._remote = Remote("MongoDB", _FAILURES, seconds=seconds)

    @classmethod
    @asynccontextmanager
    async def opened(cls, server: MongoServer, seconds: float) -> "AsyncIterator[MongoTrail]":
        """The trail in this database, whose indexes are made meanwhile."""
        arguments = server.client_arguments(seconds)
        async with AsyncMongoClient[dict[str, Any]](**arguments, event_listeners=[MeasuredCommands()]) as client:
            trail = cls(client[server.database][COLLECTION], seconds=seconds)
            making = asyncio.create_task(trail._make_indexes())
            try:
                yield trail
            finally:
                making.cancel()
                await asyncio.gather(making, return_exceptions=True)

    @property
    def is_resting(self) -> bool:
        return self._remote.is_resting

    async def ping(self) -> None:
        await self._entries.database.command("ping")

    async def write(self, entry: Entry) -> None:
        document = document_of(entry, datetime.now(UTC))

        async def insert(entries: Entries) -> None:
            with suppress(DuplicateKeyError):
                await entries.insert_one(document)

        await self._call(insert)

    async def read(self, selection: Selection) -> list[Entry]:
        wanted, limit = filter_of(selection), selection.limit
        found = await self._find(wanted, ORDER, limit)
        await self._upgrade([entry for entry in found if entry.is_outdated])
        return [entry.upgraded() for entry in found]

    async def erase(self, erased: Event) -> None:
        writes = [UpdateMany(*each) for each in erasing_updates(erased, datetime.now(UTC))]
        await self._call(lambda entries: entries.bulk_write(writes, ordered=False))

    async def count_outdated(self) -> int:
        return await self._call(lambda entries: entries.count_documents(_OUTDATED))

    async def upgrade_some(self) -> int:
        outdated = await self._find(_OUTDATED, (("schemaVersion", 1), ("_id", 1)), MOST_AT_ONCE)
        await self._upgrade(outdated)
        return len(outdated)

    async def _find(self, wanted: dict[str, Any], order: Sequence[tuple[str, int]], limit: int) -> list[Entry]:
        found = await self._call(lambda entries: entries.find(wanted, sort=list(order), limit=limit).to_list())
        return [read_document(document) for document in found]

    async def _upgrade(self, outdated: Sequence[Entry]) -> None:
        now = datetime.now(UTC)
        writes = [UpdateOne(*replacement_of(entry, now)) for entry in outdated]
        if writes:
            await self._call(lambda entries: entries.bulk_write(writes, ordered=False))

    async def _call(self, work: Callable[[Entries], Awaitable[T]]) -> T:
        return await self._remote.call(lambda: work(self._entries))

    async def _make_indexes(self) -> None:
        """Until they are there: nobody waits for them, and a server that is away is asked again."""
        while True:
            try:
                # An index of what is there already takes its time.
                with timeout(_INDEX_SECONDS):
                    await self._entries.create_indexes([IndexModel(keys, sparse=keys == SPARSE) for keys in INDEXES])
            except (OSError, ConnectionFailure, ExecutionTimeout) as error:
                _log.warning("MongoDB is not ready for indexes, and is asked again", error=type(error).__name__)
                await asyncio.sleep(_AGAIN_SECONDS)
            except PyMongoError as error:
                # Without the right to make them the trail is slow, and no less true.
                _log.warning("MongoDB refuses to make indexes", error=type(error).__name__)
                return
            else:
                return
