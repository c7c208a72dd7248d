"""Where the audit trail is kept: in a table of PostgreSQL, or in MongoDB (template-owned)."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from functools import cache
from typing import Any, Literal, Protocol

from django.db import connection, transaction
from django.db.models import QuerySet

from app.apps.documents.models import AuditEntry
from app.apps.postgres.keyset import page_after
from app.apps.postgres.reads import read
from app.apps.runtime import service_settings
from app.components import Settings
from app.components.documents import DocumentsSettings
from app.domain.documents import ABOUT, MOST_AT_ONCE, SCHEMA_VERSION, Entry, Selection, erasure
from app.kit.events import Event
from app.kit.pagination import Sort
from app.kit.settings import Backend

_COLUMNS = tuple(field.name for field in fields(Entry))
_ERASURE = erasure("%({})s")
_NEWEST_FIRST = Sort("at", is_descending=True)


class Trail(Protocol):
    """Keeps entries, each once, and gives them newest first, in today's schema."""

    @property
    def backend(self) -> Backend: ...

    @property
    def is_resting(self) -> bool: ...

    def ping(self) -> None: ...

    def write(self, entry: Entry) -> None:
        """Keep an entry; one that is there already stays as it is."""
        ...

    def read(self, selection: Selection) -> list[Entry]:
        """The entries of a selection; those of an older schema are upgraded, here and where they are kept."""
        ...

    def erase(self, erased: Event) -> None:
        """Empty what entries about a user, or an organization of that name, say of the person."""
        ...

    def count_outdated(self) -> int:
        """How many are of an older schema."""
        ...

    def upgrade_some(self) -> int:
        """Upgrade some of those; how many that were, none when all are done."""
        ...


class PostgresTrail:
    """The embedded back end: a table beside those of the service."""

    backend: Literal["embedded"] = "embedded"
    is_resting = False

    def ping(self) -> None:
        """The database is asked for itself."""

    def write(self, entry: Entry) -> None:
        AuditEntry.objects.bulk_create([AuditEntry(**asdict(entry))], ignore_conflicts=True)

    def read(self, selection: Selection) -> list[Entry]:
        rows = AuditEntry.objects.filter(**selection.equal).values(*_COLUMNS)
        found = _fetch(page_after(rows, _NEWEST_FIRST, selection.after, selection.limit))
        _upgrade([entry for entry in found if entry.is_outdated])
        return [entry.upgraded() for entry in found]

    def erase(self, erased: Event) -> None:
        about = {name: getattr(erased, name) for name in ABOUT}
        with connection.cursor() as cursor:
            cursor.execute(_ERASURE, about)

    def count_outdated(self) -> int:
        return read(_outdated().count)

    def upgrade_some(self) -> int:
        outdated = _fetch(_outdated().order_by("schema_version", "id").values(*_COLUMNS)[:MOST_AT_ONCE])
        _upgrade(outdated)
        return len(outdated)


def open_trail(settings: Settings) -> Trail:
    """The trail that the settings ask for."""
    documents = settings.of(DocumentsSettings)
    if documents.mongodb_url is None:
        return PostgresTrail()
    # Only now: a process that no MongoDB is named to starts without its client.
    from app.apps.documents.mongo import open_mongo

    return open_mongo(documents.mongodb_url, documents.mongodb_timeout.total_seconds())


@cache
def the_trail() -> Trail:
    """The process's one."""
    return open_trail(service_settings())


def _outdated() -> "QuerySet[AuditEntry]":
    return AuditEntry.objects.filter(schema_version__lt=SCHEMA_VERSION)


def _fetch(rows: QuerySet[Any, dict[str, Any]]) -> list[Entry]:
    return [Entry(**row) for row in read(lambda: list(rows))]


def _upgrade(outdated: Sequence[Entry]) -> None:
    if not outdated:
        return
    with transaction.atomic():
        for entry in outdated:
            fresh = entry.upgraded()
            # Unless somebody upgraded it meanwhile.
            kept = AuditEntry.objects.filter(id=entry.id, schema_version=entry.schema_version)
            kept.update(body=fresh.body, schema_version=fresh.schema_version)
