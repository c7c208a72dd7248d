"""Keyset-paginated lists from prebuilt statements (template-owned; contract, "Lists")."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Select, Table, bindparam, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import KeyedColumnElement

from app.domain.caller import Caller
from app.kit.pagination import DEFAULT_LIMIT, LARGEST_LIMIT, CursorCodec, Position
from app.kit.secret_keys import derived_keys
from app.kit.settings import CoreSettings
from app.kit.times import format_time


class ListQuery(BaseModel):
    """The query of every list; a list adds its filters and its sort keys."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=LARGEST_LIMIT, description="Items of one page")
    cursor: str | None = Field(None, description="`next_cursor` of the page before")
    deleted: bool = Field(False, description="Only deleted rows, for those who may delete")
    sort: str = Field("-created_at", description="Key, with - for the latest first")

    def filters(self) -> dict[str, Any]:
        """What narrows the list, by the column's name."""
        common = set(ListQuery.model_fields)
        return {k: v for k, v in self.model_dump().items() if k not in common and v is not None}


@dataclass(frozen=True)
class Rows:
    """A resource's table and the columns that its replies show."""

    table: Table
    columns: tuple[KeyedColumnElement[Any], ...]

    def one(self) -> Select[Any]:
        """The statement of one live row, `:id` of `:organization_id`."""
        return _one(self)

    def page(self, sort: str, filters: tuple[str, ...], *, deleted: bool, continues: bool) -> Select[Any]:
        """The statement of a page; made once for each shape of a request."""
        return _page(self, sort, filters, deleted, continues)

    def __hash__(self) -> int:
        return hash(self.table.name)


async def read_page(
    session: AsyncSession, rows: Rows, query: ListQuery, caller: Caller, settings: CoreSettings
) -> Response:
    """One page as the reply `{"items": […], "next_cursor": …}`.

    Raises:
        ProblemError: 422 for a cursor of another list.
    """
    filters = query.filters()
    codec = CursorCodec(derived_keys(settings, "cursors"), _context(rows, query, filters, caller))
    values: dict[str, Any] = {"organization_id": caller.organization_id, "limit": query.limit + 1, **filters}
    key = query.sort.removeprefix("-")
    if query.cursor is not None:
        position = codec.decode(query.cursor)
        values |= {"after": _typed(rows.table.c[key], position.value), "after_id": position.id}
    statement = rows.page(query.sort, tuple(sorted(filters)), deleted=query.deleted, continues=query.cursor is not None)
    found = (await session.execute(statement, values)).mappings().all()
    items, cursor = found[: query.limit], None
    if len(found) > query.limit:
        cursor = codec.encode(Position(_sort_value(items[-1][key]), items[-1]["id"]))
    return Response(
        encode({"items": [dict(row) for row in items], "next_cursor": cursor}), media_type="application/json"
    )


def encode(value: Any) -> bytes:
    """JSON as the contract writes it: times with microseconds and Z."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


def encode_row(row: Mapping[str, Any] | object, columns: Sequence[KeyedColumnElement[Any]]) -> bytes:
    """A row, or an entity with the same attributes, as JSON."""
    read: Callable[[str], Any] = row.__getitem__ if isinstance(row, Mapping) else lambda name: getattr(row, name)
    return encode({column.key: read(column.key) for column in columns})


def _sort_value(value: Any) -> Any:
    return format_time(value) if isinstance(value, datetime) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, UUID):  # the driver's own kind, which orjson does not know
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def _typed(column: ColumnElement[Any], value: Any) -> Any:
    # Cursors are JSON, which has no times.
    return datetime.fromisoformat(value) if column.type.python_type is datetime else value


def _context(rows: Rows, query: ListQuery, filters: Mapping[str, Any], caller: Caller) -> str:
    narrowed = sorted((name, str(value)) for name, value in filters.items())
    return repr((rows.table.name, str(caller.user_id), query.sort, query.deleted, narrowed))


@cache
def _one(rows: Rows) -> Select[Any]:
    c = rows.table.c
    return select(*rows.columns).where(
        c.id == bindparam("id"), c.organization_id == bindparam("organization_id"), c.deleted_at.is_(None)
    )


@cache
def _page(rows: Rows, sort: str, filters: tuple[str, ...], deleted: bool, continues: bool) -> Select[Any]:
    c = rows.table.c
    key, descending = c[sort.removeprefix("-")], sort.startswith("-")
    statement = select(*rows.columns).where(c.organization_id == bindparam("organization_id"), *_filters(c, filters))
    statement = statement.where(c.deleted_at.is_not(None) if deleted else c.deleted_at.is_(None))
    if continues:
        row, after = (
            tuple_(key, c.id),
            tuple_(bindparam("after", type_=key.type), bindparam("after_id", type_=c.id.type)),
        )
        statement = statement.where(row < after if descending else row > after)
    order = (key.desc(), c.id.desc()) if descending else (key, c.id)
    return statement.order_by(*order).limit(bindparam("limit"))


def _filters(columns: Any, names: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [columns[name] == bindparam(name) for name in names]
