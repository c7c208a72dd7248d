"""Keyset-paginated lists (template-owned; contract, "Lists")."""

from typing import Annotated, Any

from django.http import HttpResponse
from pydantic import Field
from rest_framework.pagination import BasePagination
from rest_framework.request import Request

from app.apps.postgres.keyset import page_after
from app.apps.postgres.reads import read
from app.apps.postgres.rows import Rows
from app.apps.rest.authentication import caller_of
from app.apps.rest.filters import DeclaredFilters, given_filters
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
        limit, cursor = view.query["limit"], view.query.get("cursor")
        position = self._codec.decode(cursor) if cursor is not None else None
        # One row more than asked for tells that another page follows.
        found = read(lambda: list(page_after(queryset, self._sort, position, limit + 1)))
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
    seen = rows.seen_by(caller, deleted=query["deleted"])
    found = DeclaredFilters().filter_queryset(request, seen, view).values(*rows.columns)
    context = list_context(
        rows.model._meta.db_table,
        caller.user_id,
        sort=query["sort"],
        deleted=query["deleted"],
        filters=given_filters(view),
    )
    pages = KeysetPagination(context, query["sort"])
    return pages.get_paginated_response(pages.paginate_queryset(found, request, view))
