"""Where the audit trail is kept: in a table of PostgreSQL, or in MongoDB (template-owned)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, fields
from typing import Any, Literal, Protocol, cast

from sqlalchemy import Select, Table, bindparam, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from app.api.documents.tables import AuditEntry
from app.api.postgres.database import Database
from app.api.runtime import Client, Runtime
from app.components import Settings
from app.components.documents import DocumentsSettings
from app.domain.documents import ABOUT, MOST_AT_ONCE, SCHEMA_VERSION, Entry, Selection, erasure
from app.kit.events import Event

_table = cast("Table", AuditEntry.__table__)
_COLUMNS = tuple(_table.c[field.name] for field in fields(Entry))
_INSERT = insert(_table).on_conflict_do_nothing(index_elements=["id"])
_IS_OUTDATED = _table.c.schema_version < SCHEMA_VERSION
_OUTDATED = select(*_COLUMNS).where(_IS_OUTDATED).order_by(_table.c.schema_version, _table.c.id).limit(MOST_AT_ONCE)
_COUNT = select(func.count()).where(_IS_OUTDATED)
# Unless somebody upgraded it meanwhile.
_UPGRADE = (
    update(_table)
    .where(_table.c.id == bindparam("its_id"), _table.c.schema_version == bindparam("its_version"))
    .values(body=bindparam("new_body"), schema_version=bindparam("new_version"))
)
_ERASURE = text(erasure(":{}"))


class Trail(Protocol):
    """Keeps entries, each once, and gives them newest first, in today's schema."""

    async def write(self, entry: Entry) -> None:
        """Keep an entry; one that is there already stays as it is."""
        ...

    async def read(self, selection: Selection) -> list[Entry]:
        """The entries of a selection; those of an older schema are upgraded, here and where they are kept."""
        ...

    async def erase(self, erased: Event) -> None:
        """Empty what entries about a user, or an organization of that name, say of the person."""
        ...

    async def count_outdated(self) -> int:
        """How many are of an older schema."""
        ...

    async def upgrade_some(self) -> int:
        """Upgrade some of those; how many that were, none when all are done."""
        ...


class PostgresTrail:
    """The embedded back end: a table beside those of the service."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, entry: Entry) -> None:
        async with self._database.transaction() as session:
            await session.execute(_INSERT, asdict(entry))

    async def read(self, selection: Selection) -> list[Entry]:
        found = await self._fetch(_page(selection))
        await self._upgrade([entry for entry in found if entry.is_outdated])
        return [entry.upgraded() for entry in found]

    async def erase(self, erased: Event) -> None:
        about = {name: getattr(erased, name) for name in ABOUT}
        async with self._database.transaction() as session:
            await session.execute(_ERASURE, about)

    async def count_outdated(self) -> int:
        found = await self._database.read(lambda connection: connection.execute(_COUNT))
        return int(found.scalar_one())

    async def upgrade_some(self) -> int:
        outdated = await self._fetch(_OUTDATED)
        await self._upgrade(outdated)
        return len(outdated)

    async def _fetch(self, statement: Select[Any]) -> list[Entry]:
        rows = (await self._database.read(lambda connection: connection.execute(statement))).mappings()
        return [Entry(**row) for row in rows]

    async def _upgrade(self, outdated: Sequence[Entry]) -> None:
        if not outdated:
            return
        values = [
            {
                "its_id": entry.id,
                "its_version": entry.schema_version,
                "new_body": (fresh := entry.upgraded()).body,
                "new_version": fresh.schema_version,
            }
            for entry in outdated
        ]
        async with self._database.transaction() as session:
            await (await session.connection()).execute(_UPGRADE, values)


class _Embedded:
    """What /health asks where no MongoDB is named: PostgreSQL has a line of its own there."""

    backend: Literal["embedded"] = "embedded"
    is_resting = False

    async def ping(self) -> None:
        """The database is asked for itself."""


@asynccontextmanager
async def open_trail(settings: Settings) -> AsyncIterator[Client]:
    """The client that the settings ask for."""
    documents = settings.of(DocumentsSettings)
    if documents.mongodb_url is None:
        yield _Embedded()
        return
    # Only now: a process that no MongoDB is named to starts without its client.
    from app.api.documents.mongo import MongoTrail

    async with MongoTrail.opened(documents.mongodb_url, documents.mongodb_timeout.total_seconds()) as trail:
        yield trail


def trail_of(runtime: Runtime) -> Trail:
    """The trail of this process."""
    client = runtime.clients["documents"]
    return PostgresTrail(runtime.database) if isinstance(client, _Embedded) else cast("Trail", client)


def _page(selection: Selection) -> Select[Any]:
    c = _table.c
    statement = select(*_COLUMNS).where(*(c[name] == value for name, value in selection.equal.items()))
    if selection.after_key is not None:
        at, row_id = selection.after_key
        after = tuple_(bindparam(None, at, type_=c.at.type), bindparam(None, row_id, type_=c.id.type))
        statement = statement.where(tuple_(c.at, c.id) < after)
    return statement.order_by(c.at.desc(), c.id.desc()).limit(selection.limit)
