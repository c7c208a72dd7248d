"""Keyset-paginated lists from prebuilt statements (template-owned; contract, "Lists")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Row, Select, bindparam, select, tuple_, union_all

from app.api.postgres.database import Database
from app.api.rows import Rows, in_scopes
from app.domain.access import check_operation, scopes_of
from app.domain.caller import Caller
from app.kit.pagination import DEFAULT_LIMIT, LARGEST_LIMIT, CursorCodec, Position, list_context
from app.kit.permissions import Scope
from app.kit.secret_keys import derived_keys
from app.kit.settings import CoreSettings
from app.kit.strict_json import write_json

# Where a page begins: at the list's start, after a value, at the rows without one, or after one of those.
Start = Literal["start", "after value", "nulls", "after null"]


class PageQuery(BaseModel):
    """Which page of a list, and how much of it."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=LARGEST_LIMIT, description="Items of one page")
    cursor: str | None = Field(None, description="`next_cursor` of the page before")


class ListQuery(PageQuery):
    """The query of a resource's list, which adds its filters and its sort keys."""

    deleted: bool = Field(False, description="Only deleted rows, for those who may delete")
    sort: str = Field("-created_at", description="Key, with - for the latest first")

    def filters(self) -> dict[str, Any]:
        """What narrows the list, by the column's name; `due_before` is the column `due_at`, below the value."""
        common = set(ListQuery.model_fields)
        return {k: v for k, v in self.model_dump().items() if k not in common and v is not None}


@dataclass(frozen=True)
class Shape:
    """What makes the statement of a page, all but the values: few of each list, so each is built once."""

    sort: str
    filters: tuple[str, ...]
    scopes: frozenset[Scope]
    deleted: bool
    start: Start

    @property
    def key(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")


async def read_page(
    database: Database, rows: Rows, query: ListQuery, *, caller: Caller, settings: CoreSettings
) -> Response:
    """One page of what the caller may read.

    Raises:
        ProblemError: 403 for deleted rows without the permission to delete, 422 for a cursor of another list.
    """
    if query.deleted:
        check_operation(caller, rows.resource, "delete")
    filters = query.filters()
    context = list_context(rows.table.name, caller.user_id, sort=query.sort, deleted=query.deleted, filters=filters)
    codec = CursorCodec(derived_keys(settings, "cursors"), context)
    values: dict[str, Any] = {"organization_id": caller.organization_id, "user_id": caller.user_id, **filters}
    shape = _shape(rows, query, filters, caller)
    if query.cursor is not None:
        position = codec.decode(query.cursor)
        shape = replace(shape, start=_start_after(position))
        values |= {"after": _typed(rows.table.c[shape.key], position.value), "after_id": position.id}
    statement = page_statement(rows, shape)
    values["limit"] = query.limit + 1
    found = (await database.read(lambda connection: connection.execute(statement, values))).all()
    return page_reply(found, [column.key for column in rows.columns], query.limit, codec=codec, key=shape.key)


def page_reply(
    found: Sequence[Row[Any]], names: Sequence[str], limit: int, *, codec: CursorCodec, key: str
) -> Response:
    """The reply `{"items": […], "next_cursor": …}`; one row more than `limit` tells that another page follows.

    `names` are the row's columns, of which `key` is what the list is sorted by.
    """
    items, cursor = found[:limit], None
    if len(found) > limit:
        cursor = codec.encode(Position.of(getattr(items[-1], key), items[-1].id))
    body = write_json({"items": [dict(zip(names, row, strict=True)) for row in items], "next_cursor": cursor})
    return Response(body, media_type="application/json")


@cache
def page_statement(rows: Rows, shape: Shape) -> Select[Any]:
    """The statement of a page, whose values are the organization, the filters, the limit and where it begins."""
    if shape.start != "after value" or not rows.table.c[shape.key].nullable:
        return _part(rows, shape)
    # Rows without a value come after all others. Two parts, since each can follow an index to its first row: a
    # condition with OR would read everything before it.
    parts = union_all(_part(rows, shape), _part(rows, replace(shape, start="nulls"))).subquery()
    return select(*parts.c).order_by(*_order(parts.c, shape)).limit(bindparam("limit"))


def _shape(rows: Rows, query: ListQuery, filters: Mapping[str, Any], caller: Caller) -> Shape:
    scopes = scopes_of(caller.role, rows.resource, "delete" if query.deleted else "read")
    return Shape(query.sort, tuple(sorted(filters)), scopes, query.deleted, "start")


def _start_after(position: Position) -> Start:
    return "after null" if position.value is None else "after value"


def _typed(column: ColumnElement[Any], value: Any) -> Any:
    # Cursors are JSON, which has no times.
    return datetime.fromisoformat(value) if value is not None and column.type.python_type is datetime else value


def _part(rows: Rows, shape: Shape) -> Select[Any]:
    c = rows.table.c
    statement = select(*rows.columns).where(
        c.organization_id == bindparam("organization_id"),
        c.deleted_at.is_not(None) if shape.deleted else c.deleted_at.is_(None),
        *in_scopes(c, shape.scopes),
        *(_filter(c, name) for name in shape.filters),
        *_after(c, shape),
    )
    return statement.order_by(*_order(c, shape)).limit(bindparam("limit"))


def _order(columns: Any, shape: Shape) -> list[ColumnElement[Any]]:
    key, row_id = columns[shape.key], columns.id
    order = [key.desc(), row_id.desc()] if shape.is_descending else [key.asc(), row_id.asc()]
    return [order[0].nulls_last(), order[1]] if key.nullable else order


def _filter(columns: Any, name: str) -> ColumnElement[bool]:
    if name.endswith("_before"):
        column = columns[name.removesuffix("_before") + "_at"]
        return column < bindparam(name, type_=column.type)  # type: ignore[no-any-return]
    return columns[name] == bindparam(name)  # type: ignore[no-any-return]


def _after(columns: Any, shape: Shape) -> list[ColumnElement[bool]]:
    """What a page begins after: `:after_id` among rows without a value, `:after` and `:after_id` among the others."""
    key, row_id = columns[shape.key], columns.id
    after_id = bindparam("after_id", type_=row_id.type)
    if shape.start == "start":
        return []
    if shape.start == "nulls":
        return [key.is_(None)]
    if shape.start == "after null":
        return [key.is_(None), row_id < after_id if shape.is_descending else row_id > after_id]
    row, after = tuple_(key, row_id), tuple_(bindparam("after", type_=key.type), after_id)
    return [row < after if shape.is_descending else row > after]
