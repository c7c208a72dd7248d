"""What can be done with attachments (template-owned)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Select, Table, bindparam, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.publish import publish, publish_change
from app.api.postgres.database import Database
from app.api.rows import Rows, insert_row, set_fields
from app.api.storage.schemas import AttachmentBody
from app.api.storage.tables import Attachment
from app.components.storage import COMPLETED
from app.domain.access import not_found
from app.domain.caller import Caller
from app.domain.changes import deletion_fields, first_fields
from app.domain.storage import (
    Parent,
    Status,
    attachment,
    changed_status,
    check_quota,
    new_values,
    quota_lock,
    scanned_event,
    shown_fields,
)
from app.kit.pagination import Position

_table = cast("Table", Attachment.__table__)
columns = tuple(_table.c[name] for name in AttachmentBody.model_fields)
_rows = Rows(_table, (*columns, _table.c.key), attachment.plural)
_LOCK = text(quota_lock(":organization_id"))
_OF_PARENT = (
    _table.c.organization_id == bindparam("organization_id"),
    _table.c.resource == bindparam("resource"),
    _table.c.resource_id == bindparam("resource_id"),
    _table.c.deleted_at.is_(None),
)
_ONE = select(*_rows.columns).where(*_OF_PARENT, _table.c.id == bindparam("id"))
_UNSCANNED = Attachment.status == "scanning", Attachment.deleted_at.is_(None)
_USED = select(func.coalesce(func.sum(_table.c.size), 0)).where(
    _table.c.organization_id == bindparam("organization_id"),
    _table.c.deleted_at.is_(None),
    _table.c.status != "rejected",
)


async def announce(
    session: AsyncSession, caller: Caller, parent: Parent, given: Mapping[str, Any], *, quota: int, below: str
) -> Row[Any]:
    """A new attachment, whose file is yet to come below this prefix; publishes `attachment.created`.

    Raises:
        ProblemError: 409.
    """
    values = new_values(caller, parent, given, below=below)
    # One after the other, until each is committed: together they must fit as well.
    await session.execute(_LOCK, {"organization_id": str(caller.organization_id)})
    used = (await session.execute(_USED, {"organization_id": caller.organization_id})).scalar_one()
    check_quota(int(used), given["size"], quota=quota)
    made = await insert_row(session, _rows, caller, values)
    await publish_change(session, caller, "attachment.created", made, {"changes": first_fields(shown_fields(values))})
    return made


async def read_attachment(database: Database, caller: Caller, parent: Parent, row_id: UUID) -> Row[Any]:
    """One attachment of the row.

    Raises:
        ProblemError: 404.
    """
    values = {**_of(caller, parent), "id": row_id}
    row = (await database.read(lambda connection: connection.execute(_ONE, values))).first()
    if row is None:
        raise not_found()
    return row


async def read_page(
    database: Database, caller: Caller, parent: Parent, after: Position | None, limit: int
) -> list[Row[Any]]:
    """Those of the row, the newest first, after a position."""
    statement = _page(after)
    values = {**_of(caller, parent), "limit": limit}
    return list((await database.read(lambda connection: connection.execute(statement, values))).all())


async def hold(session: AsyncSession, caller: Caller, parent: Parent, row_id: UUID) -> Attachment:
    """One attachment of the row, held until the transaction ends.

    Raises:
        ProblemError: 404.
    """
    statement = select(Attachment).where(*_OF_PARENT, Attachment.id == row_id).with_for_update(key_share=True)
    held = await session.scalar(statement, _of(caller, parent))
    if held is None:
        raise not_found()
    return held


async def settle(session: AsyncSession, caller: Caller, held: Attachment, status: Status, key: str | None) -> None:
    """Say what a file is whose bytes are there, at this key; publishes `attachment.completed`."""
    before = held.status
    await set_fields(session, caller, held, {"status": status, "key": key})
    await publish_change(session, caller, COMPLETED, held, changed_status(before, status))


async def delete_attachment(session: AsyncSession, caller: Caller, parent: Parent, row_id: UUID) -> None:
    """Delete it; nothing brings it back, and its bytes are soon removed. Publishes `attachment.deleted`.

    Raises:
        ProblemError: 404.
    """
    held = await hold(session, caller, parent, row_id)
    changes = await set_fields(session, caller, held, {"deleted_at": datetime.now(UTC)})
    await publish_change(session, caller, "attachment.deleted", held, {"changes": deletion_fields(changes)})


async def unscanned_key(session: AsyncSession, row_id: UUID) -> str | None:
    """Where the bytes are of an attachment that waits to be scanned; none: it doesn't, or no longer."""
    # The column alone: of a row that is known to the session, what was read first would be all that is ever seen.
    key: str | None = await session.scalar(select(Attachment.key).where(Attachment.id == row_id, *_UNSCANNED))
    return key


async def hold_unscanned(session: AsyncSession, row_id: UUID, key: str) -> Attachment | None:
    """An attachment that waits to be scanned still, held until the transaction ends, if its bytes are at this key."""
    statement = select(Attachment).where(Attachment.id == row_id, Attachment.key == key, *_UNSCANNED)
    held: Attachment | None = await session.scalar(statement.with_for_update(key_share=True))
    return held


async def note_scan(session: AsyncSession, held: Attachment, found: str | None) -> None:
    """Say what a scan has found in a file, or that it has found nothing; publishes `attachment.scanned`."""
    before, held.status = held.status, "quarantined" if found else "clean"
    await session.flush()
    await publish(session, scanned_event(held, before, found))


def _of(caller: Caller, parent: Parent) -> dict[str, Any]:
    return {"organization_id": caller.organization_id, "resource": parent.resource, "resource_id": parent.id}


def _page(after: Position | None) -> Select[Any]:
    c = _table.c
    statement = select(*columns).where(*_OF_PARENT).order_by(c.created_at.desc(), c.id.desc())
    if after is not None:
        key = bindparam(None, datetime.fromisoformat(after.value), type_=c.created_at.type)
        statement = statement.where(
            tuple_(c.created_at, c.id) < tuple_(key, bindparam(None, after.id, type_=c.id.type))
        )
    return statement.limit(bindparam("limit"))
