"""Keyset-paginated lists (template-owned; contract, "Lists")."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

from django.http import HttpResponse
from django_filters import FilterSet
from pydantic import Field
from rest_framework.pagination import BasePagination
from rest_framework.request import Request

from app.apps.postgres.keyset import page_after
from app.apps.postgres.prebuilt import Given, Prebuilt, given_caller, values_of
from app.apps.postgres.reads import read
from app.apps.postgres.rows import Rows
from app.apps.rest.authentication import caller_of
from app.apps.rest.filters import filters_of, given_filters, narrowed
from app.apps.rest.operations import OperationView
from app.apps.rest.renderers import json_reply
from app.apps.rest.serializers import StrictSerializer, Typed
from app.apps.runtime import core_settings
from app.domain.access import check_operation
from app.kit.pagination import DEFAULT_LIMIT, LARGEST_LIMIT, CursorCodec, Position, Sort, list_context
from app.kit.secret_keys import derived_keys


class PageQuery(StrictSerializer):
    """Which page of a list, and how much of it."""

    limit = Typed(Annotated[int, Field(ge=1, le=LARGEST_LIMIT)], default=DEFAULT_LIMIT, help_text="Items of one page")
    cursor = Typed(str, required=False, help_text="`next_cursor` of the page before")


class ListQuery(PageQuery):
    """The query of a resource's list, which adds its filters and its sort keys, as `sort = sort_by(…)`."""

    deleted = Typed(bool, default=False, help_text="Only deleted rows, for those who may delete")


def sort_by(keys: Any) -> Typed:
    """The field of a list's sort keys: a `Literal` of them, each both ways."""
    return Typed(keys, default="-created_at", help_text="Key, with - for the latest first")


class KeysetPagination(BasePagination):
    """Pages of the rows of `values()`, by signed cursors; what is asked for is a `PageQuery`, the view's `query`."""

    def __init__(self, context: str, sort: str = "-created_at") -> None:
        """`context` is all that the list depends on; `sort` names a column that the rows have."""
        self._codec = CursorCodec(derived_keys(core_settings(), "cursors"), context)
        self._sort = Sort.of(sort)
        self._next: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The page.

        Raises:
            ProblemError: 422 for a cursor of another list.
        """
        position, limit = self.position(view), view.query["limit"]
        return self.cut(read(lambda: list(page_after(queryset, self._sort, position, limit + 1))), limit)

    def position(self, view: Any) -> Position | None:
        """The last row of the page before; none at the start.

        Raises:
            ProblemError: 422 for a cursor of another list.
        """
        cursor = view.query.get("cursor")
        return self._codec.decode(cursor) if cursor is not None else None

    def cut(self, found: list[Any], limit: int) -> list[Any]:
        """The page: one row more than asked for tells that another follows."""
        if len(found) > limit:
            last = found[limit - 1]
            self._next = self._codec.encode(Position.of(last[self._sort.key], last["id"]))
        return found[:limit]

    def get_paginated_response(self, data: list[Any]) -> HttpResponse:  # type: ignore[override]
        """The reply; faster than a `Response`, since nothing of it is rendered by a serializer."""
        return json_reply({"items": data, "next_cursor": self._next})


def read_page(rows: Rows[Any], request: Request, view: OperationView) -> HttpResponse:
    """One page of what the caller may read; the view's query is a `ListQuery`.

    Raises:
        ProblemError: 403 for deleted rows without the permission to delete, 422 for a cursor of another list.
    """
    caller, query = caller_of(request), view.query
    if query["deleted"]:
        check_operation(caller, rows.resource, "delete")
    sort, deleted, limit, filters = query["sort"], query["deleted"], query["limit"], given_filters(view)
    table = rows.model._meta.db_table
    context = list_context(table, caller.user_id, sort=sort, deleted=deleted, filters=filters)
    pages = KeysetPagination(context, sort)
    position = pages.position(view)
    shape = Shape(rows, filters_of(view), caller.role, deleted, _forms(filters), sort, _form(position), limit + 1)
    values = {**values_of(caller), **filters, **_values_of(position, rows, sort)}
    return pages.get_paginated_response(pages.cut(_statement(shape).read(values), limit))


class Shape(NamedTuple):
    """All that the text of a list's statement depends on.

    `narrowed` are the filters: those that are true or false with their value, which may change the text; none for the
    others. `after` is none for the first page, else whether the row before has a sort value.
    """

    rows: Rows[Any]
    filters: type[FilterSet]
    role: str
    deleted: bool
    narrowed: tuple[tuple[str, bool | None], ...]
    sort: str
    after: bool | None
    size: int


@lru_cache(maxsize=1024)
def _statement(shape: Shape) -> Prebuilt:
    seen = shape.rows.seen_by(given_caller(shape.role), deleted=shape.deleted)
    values = {name: Given(name) if form is None else form for name, form in shape.narrowed}
    found = narrowed(seen, shape.filters, values).values(*shape.rows.columns)
    position: Any = None
    if shape.after is not None:
        position = Position(Given("after.value") if shape.after else None, Given("after.id"))  # type: ignore[arg-type]
    return Prebuilt.of(page_after(found, Sort.of(shape.sort), position, shape.size))


def _forms(filters: Mapping[str, Any]) -> tuple[tuple[str, bool | None], ...]:
    return tuple((name, value if isinstance(value, bool) else None) for name, value in filters.items())


def _form(position: Position | None) -> bool | None:
    return None if position is None else position.value is not None


def _values_of(position: Position | None, rows: Rows[Any], sort: str) -> dict[str, Any]:
    if position is None:
        return {}
    key: Any = rows.model._meta.get_field(Sort.of(sort).key)
    return {"after.value": key.to_python(position.value), "after.id": position.id}
