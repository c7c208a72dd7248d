"""One row of a resource: read, held for a change, or shown (template-owned; contract, "Order", "Roles")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Row, Select, Table, bindparam, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.elements import KeyedColumnElement

from app.api.postgres.database import Database
from app.api.postgres.tables import StandardColumns, TenantColumns
from app.domain.access import check_row, not_found
from app.domain.caller import Caller
from app.domain.changes import changed_fields
from app.kit.permissions import Action, Scope
from app.kit.strict_json import write_json
from app.kit.times import Time
from app.kit.versions import entity_tag

E = TypeVar("E", bound=TenantColumns)


class ResourceBody(BaseModel):
    """What every reply of a resource begins with (contract, "HTTP")."""

    id: UUID
    version: int
    created_at: Time
    updated_at: Time
    deleted_at: Time | None
    created_by: UUID | None
    updated_by: UUID | None


@dataclass(frozen=True)
class Rows:
    """A resource's table, the columns that its replies show, and its name in permissions ("tasks")."""

    table: Table
    columns: tuple[KeyedColumnElement[Any], ...]
    resource: str

    def __hash__(self) -> int:
        return hash(self.table.name)


async def read_row(database: Database, rows: Rows, caller: Caller, row_id: UUID) -> Row[Any]:
    """The columns of one live row that the caller may read.

    Raises:
        ProblemError: 404.
    """
    values = {"id": row_id, "organization_id": caller.organization_id}
    row = (await database.read(lambda connection: connection.execute(_one(rows), values))).first()
    if row is None:
        raise not_found()
    check_row(caller, rows.resource, "read", row)
    return row


async def insert_row(session: AsyncSession, rows: Rows, caller: Caller, values: Mapping[str, Any]) -> Row[Any]:
    """Make a row of the caller's organization; gives the columns that its reply shows."""
    who = {"organization_id": caller.organization_id, "created_by": caller.user_id, "updated_by": caller.user_id}
    return (await session.execute(_new(rows), {**values, **who})).one()


async def hold_row(session: AsyncSession, entity: type[E], caller: Caller, row_id: UUID) -> E:
    """The row of the caller's organization, held until the transaction ends: of two writers one is told 412.

    Deleted ones too; `check_row` says what the caller may do with it.

    Raises:
        ProblemError: 404.
    """
    statement = select(entity).where(entity.id == row_id, entity.organization_id == caller.organization_id)
    # NO KEY UPDATE: whoever only refers to the row need not wait.
    found = await session.scalar(statement.with_for_update(key_share=True))
    if found is None:
        raise not_found()
    return found


async def hold_live_row(
    session: AsyncSession, rows: Rows, entity: type[E], *, caller: Caller, row_id: UUID, action: Action
) -> E:
    """The same of a live row on which the caller may do `action`.

    Raises:
        ProblemError: 404, 403.
    """
    found = await hold_row(session, entity, caller, row_id)
    if found.deleted_at is not None:
        raise not_found()
    check_row(caller, rows.resource, action, found)
    return found


async def set_fields(
    session: AsyncSession, caller: Caller, held: StandardColumns, values: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Set fields of a row that is held; what changed, as `changed_fields` has it. For nothing, nothing is written."""
    changes = changed_fields(held, values)
    if changes:
        for name, value in values.items():
            setattr(held, name, value)
        held.updated_by = caller.user_id
        await session.flush()
    return changes


def reply(
    row: Any, columns: Sequence[KeyedColumnElement[Any]], *, status: int = 200, location: str | None = None
) -> Response:
    """A row, or an entity with the same attributes, as a reply with its ETag."""
    headers = {"ETag": entity_tag(row.version)}
    if location:
        headers["Location"] = location
    body = write_json({column.key: getattr(row, column.key) for column in columns})
    return Response(body, status, headers=headers, media_type="application/json")


def in_scopes(columns: Any, scopes: frozenset[Scope]) -> list[ColumnElement[bool]]:
    """The conditions of rows that `:user_id` may see by any of the scopes; none for all rows."""
    if "all" in scopes:
        return []
    conditions = {
        "own": lambda: columns.created_by == bindparam("user_id"),
        "assigned": lambda: columns.assignee_id == bindparam("user_id"),
        "public": lambda: columns.visibility == "public",
    }
    return [or_(*(conditions[scope]() for scope in sorted(scopes)))]


@cache
def _one(rows: Rows) -> Select[Any]:
    c = rows.table.c
    return select(*rows.columns).where(
        c.id == bindparam("id"), c.organization_id == bindparam("organization_id"), c.deleted_at.is_(None)
    )


@cache
def _new(rows: Rows) -> ReturningInsert[Any]:
    return insert(rows.table).returning(*rows.columns)
