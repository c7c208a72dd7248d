"""Pages of a queryset by keyset: from a row on, along an index (template-owned; contract, "Lists")."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Field, Func, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.db.models.lookups import GreaterThan, LessThan

from app.apps.postgres.prebuilt import Given
from app.kit.pagination import Position, Sort

Rows = QuerySet[Any, dict[str, Any]]


class _Row(Func):
    """Columns or values that are compared as one, left to right."""

    function = "ROW"
    output_field = Field()


def page_after(rows: Rows, sort: Sort, position: Position | None, size: int) -> Rows:
    """The rows of `values()` that come after `position`, or from the start; those without a sort value come last.

    What the position holds may be `Given`.
    """
    key = rows.model._meta.get_field(sort.key)
    if position is None:
        return _first(rows, sort, size)
    if position.value is None:
        beyond = {"id__lt" if sort.is_descending else "id__gt": position.id}
        return _first(rows.filter(**{f"{sort.key}__isnull": True}, **beyond), sort, size)
    after = _first(rows.filter(_beyond(sort, position, key)), sort, size)
    if not key.null:
        return after
    # Two parts, since each can follow an index to its first row: a condition with OR would read everything before it.
    without = _first(rows.filter(**{f"{sort.key}__isnull": True}), sort, size)
    return _first(after.union(without, all=True), sort, size)


def _first(rows: Rows, sort: Sort, size: int) -> Rows:
    is_nullable = bool(rows.model._meta.get_field(sort.key).null)
    return rows.order_by(*_order(sort, is_nullable))[:size]


def _order(sort: Sort, is_nullable: bool) -> Sequence[OrderBy]:
    if sort.is_descending:
        # An index that is read backwards has them first, so they are spoken of only where there may be some.
        return F(sort.key).desc(nulls_last=True if is_nullable else None), F("id").desc()
    return F(sort.key).asc(), F("id").asc()


def _beyond(sort: Sort, position: Position, key: Any) -> Any:
    compare = LessThan if sort.is_descending else GreaterThan
    after = _Row(_operand(position.value, key), _operand(position.id, key.model._meta.pk))
    return compare(_Row(F(sort.key), F("id")), after)


def _operand(value: Any, field: Any) -> Any:
    # With a field, or Django would make one for every value.
    return value if isinstance(value, Given) else Value(field.to_python(value), output_field=field)
