"""Filters of lists, as django-filter declares them (template-owned; contract, "Lists")."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django_filters import FilterSet


def filters_of(view: Any) -> type[FilterSet]:
    """The filter set of a view; an empty one where it declares none."""
    found: type[FilterSet] = getattr(view, "filterset_class", FilterSet)
    return found


def given_filters(view: Any) -> dict[str, Any]:
    """The filters that the request has set, by their names."""
    declared = filters_of(view).base_filters
    return {name: value for name, value in view.query.items() if name in declared}


def narrowed(rows: QuerySet[Any], filters: type[FilterSet], values: Mapping[str, Any]) -> QuerySet[Any]:
    """The rows that these filters leave; a value may be an expression.

    What each may be is for the view's query to say: the forms of a filter set pass over what is empty or unknown,
    which the contract refuses.
    """
    for name, value in values.items():
        rows = filters.base_filters[name].filter(rows, value)
    return rows
