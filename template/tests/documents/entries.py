"""Entries of the audit trail, and a MongoDB's database of a test's own (template-owned)."""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from pymongo import MongoClient

from app.domain.documents import COLLECTION, INDEXES, SCHEMA_VERSION, Entry, Selection
from app.kit.events import Event

ACME, GLOBEX, ADA, BOB, NOTE = (UUID(int=number) for number in range(1, 6))
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
RESTORATION = {"action": "updated", "changes": {"deleted_at": {"from": "2026-01-01T00:00:00.000000Z", "to": None}}}
"""As the guide's own schema, the first, has it."""
NAMED = {"from": None, "to": "Ada"}


def an_entry(later: int = 0, **given: Any) -> Entry:
    """An entry, so many microseconds after the first moment."""
    fields: dict[str, Any] = {
        "id": uuid4(),
        "organization_id": ACME,
        "user_id": ADA,
        "resource": "note",
        "resource_id": NOTE,
        "at": MOMENT + timedelta(microseconds=later),
        "schema_version": SCHEMA_VERSION,
        "body": {"action": "updated", "changes": {"name": {"from": "A", "to": "B"}}, "version": 2},
    }
    return Entry(**fields | given)


def an_old_entry(later: int = 0) -> Entry:
    """One that a service of the guide's own schema wrote: what came back was updated."""
    return an_entry(later, schema_version=1, body={**RESTORATION, "version": 3})


def a_named_organization() -> Event:
    """Tells of Acme, which was called as Ada is."""
    return Event("organization.created", ACME, ADA, "organization", ACME, 1, {"changes": {"name": NAMED}})


def everything(**given: Any) -> Selection:
    """All of Acme's entries."""
    fields: dict[str, Any] = {"organization_id": ACME, "limit": 100}
    return Selection(**fields | given)


def indexes_at(url: str) -> set[tuple[tuple[str, int], ...]]:
    """The keys of each index of the trail, once there are all."""
    with MongoClient[dict[str, Any]](url) as client:
        entries = client.get_default_database()[COLLECTION]
        for _ in range(300):
            found = {tuple(index["key"].items()) for index in entries.list_indexes()}
            if set(INDEXES) <= found:
                break
            time.sleep(0.1)
    return found


@contextmanager
def own_mongo() -> Iterator[str]:
    """The URL of a new database on the server of MONGODB_URL, which is dropped at the end."""
    url = urlsplit(os.environ["MONGODB_URL"])._replace(path=f"/test_{secrets.token_hex(6)}").geturl()
    yield url
    with MongoClient[dict[str, Any]](url) as client:
        client.drop_database(client.get_default_database().name)
