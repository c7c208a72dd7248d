"""The audit trail in MongoDB or DocumentDB (template-owned)."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event as Flag
from threading import Thread
from typing import Any, Literal, TypeVar

import structlog
from pymongo import IndexModel, MongoClient, UpdateMany, UpdateOne, timeout
from pymongo.collection import Collection
from pymongo.errors import ConnectionFailure, DuplicateKeyError, ExecutionTimeout, PyMongoError

from app.apps.remote import Failures, Remote
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
Entries = Collection[dict[str, Any]]
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
        self._is_closed = Flag()
        self._making = Thread(target=self._make_indexes, name="indexes", daemon=True)
        self._making.start()

    @property
    def is_resting(self) -> bool:
        return self._remote.is_resting

    def ping(self) -> None:
        self._entries.database.command("ping")

    def close(self) -> None:
        """End the connections and the threads."""
        self._is_closed.set()
        self._entries.database.client.close()
        self._making.join()

    def write(self, entry: Entry) -> None:
        document = document_of(entry, datetime.now(UTC))

        def insert(entries: Entries) -> None:
            with suppress(DuplicateKeyError):
                entries.insert_one(document)

        self._call(insert)

    def read(self, selection: Selection) -> list[Entry]:
        found = self._find(filter_of(selection), ORDER, selection.limit)
        self._upgrade([entry for entry in found if entry.is_outdated])
        return [entry.upgraded() for entry in found]

    def erase(self, erased: Event) -> None:
        writes = [UpdateMany(*each) for each in erasing_updates(erased, datetime.now(UTC))]
        self._call(lambda entries: entries.bulk_write(writes, ordered=False))

    def count_outdated(self) -> int:
        return self._call(lambda entries: entries.count_documents(_OUTDATED))

    def upgrade_some(self) -> int:
        outdated = self._find(_OUTDATED, (("schemaVersion", 1), ("_id", 1)), MOST_AT_ONCE)
        self._upgrade(outdated)
        return len(outdated)

    def _find(self, wanted: dict[str, Any], order: Sequence[tuple[str, int]], limit: int) -> list[Entry]:
        found = self._call(lambda entries: list(entries.find(wanted, sort=list(order), limit=limit)))
        return [read_document(document) for document in found]

    def _upgrade(self, outdated: Sequence[Entry]) -> None:
        now = datetime.now(UTC)
        writes = [UpdateOne(*replacement_of(entry, now)) for entry in outdated]
        if writes:
            self._call(lambda entries: entries.bulk_write(writes, ordered=False))

    def _call(self, work: Callable[[Entries], T]) -> T:
        return self._remote.call(lambda: work(self._entries))

    def _make_indexes(self) -> None:
        """Until they are there: nobody waits for them, and a server that is away is asked again."""
        while not self._is_closed.is_set():
            try:
                # An index of what is there already takes its time.
                with timeout(_INDEX_SECONDS):
                    self._entries.create_indexes([IndexModel(keys, sparse=keys == SPARSE) for keys in INDEXES])
            except (OSError, ConnectionFailure, ExecutionTimeout) as error:
                _log.warning("MongoDB is not ready for indexes, and is asked again", error=type(error).__name__)
                self._is_closed.wait(_AGAIN_SECONDS)
            except PyMongoError as error:
                # Without the right to make them the trail is slow, and no less true.
                _log.warning("MongoDB refuses to make indexes", error=type(error).__name__)
                return
            else:
                return


def open_mongo(server: MongoServer, seconds: float) -> MongoTrail:
    """The trail in this database, whose indexes are made meanwhile."""
    arguments = server.client_arguments(seconds)
    client = MongoClient[dict[str, Any]](**arguments, event_listeners=[MeasuredCommands()])
    return MongoTrail(client[server.database][COLLECTION], seconds=seconds)
