"""The audit trail in MongoDB or DocumentDB (template-owned)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

import structlog
from pymongo import IndexModel, MongoClient, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import ConnectionFailure, ExecutionTimeout, OperationFailure, PyMongoError

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
    filter_of,
    read_document,
    replacement_of,
)
from app.kit.documents.commands import MeasuredCommands
from app.kit.documents.urls import MongoServer
from app.kit.problems import ProblemError

T = TypeVar("T")
Entries = Collection[dict[str, Any]]
_log = structlog.stdlib.get_logger(__name__)
# PyMongo begins once more by itself what never began, within the same time.
_FAILURES = Failures(unreached=(), broken=(OSError, ConnectionFailure, ExecutionTimeout))
_OUTDATED = {"schemaVersion": {"$lt": SCHEMA_VERSION}}


class MongoTrail:
    """The real back end; the client ends each operation in time, which is a 503 where the server is not well."""

    backend: Literal["real"] = "real"

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._has_indexes = False
        self._remote = Remote("MongoDB", _FAILURES)

    @property
    def is_resting(self) -> bool:
        return self._remote.is_resting

    def ping(self) -> None:
        self._entries.database.command("ping")

    def close(self) -> None:
        """End the connections and the threads that watch the server."""
        self._entries.database.client.close()

    def prepare(self) -> None:
        """Make the indexes if the server answers; else they are made when it is needed."""
        try:
            self._remote.call(self._make_indexes)
        except (ProblemError, PyMongoError) as error:
            _log.warning("MongoDB is not ready, and is asked again when it is needed", error=_reason(error))

    def write(self, entry: Entry) -> None:
        document = document_of(entry, datetime.now(UTC))
        which = {"_id": document.pop("_id")}
        self._call(lambda entries: entries.update_one(which, {"$setOnInsert": document}, upsert=True))

    def read(self, selection: Selection) -> list[Entry]:
        found = self._find(filter_of(selection), ORDER, selection.limit)
        self._upgrade([entry for entry in found if entry.is_outdated])
        return [entry.upgraded() for entry in found]

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
        def prepared() -> T:
            self._make_indexes()
            return work(self._entries)

        return self._remote.call(prepared)

    def _make_indexes(self) -> None:
        if self._has_indexes:
            return
        try:
            self._entries.create_indexes([IndexModel(list(keys), sparse=keys == SPARSE) for keys in INDEXES])
        except ExecutionTimeout:
            raise
        except OperationFailure as error:
            # Without the right to make indexes the trail is slow, and no less true.
            _log.warning("MongoDB refuses to make indexes", error=_reason(error))
        self._has_indexes = True


def open_mongo(server: MongoServer, seconds: float) -> MongoTrail:
    """The trail in this database, with its indexes where the server answers already."""
    arguments = server.client_arguments(seconds)
    client = MongoClient[dict[str, Any]](**arguments, event_listeners=[MeasuredCommands()])
    trail = MongoTrail(client[server.database][COLLECTION])
    trail.prepare()
    return trail


def _reason(error: Exception) -> str:
    # Not its text: that may hold an address.
    return type(error.__cause__ or error).__name__
