"""Filters of lists, as django-filter declares them (template-owned; contract, "Lists")."""

from typing import Any

from django.db.models import QuerySet
from django_filters import FilterSet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request


class DeclaredFilters(BaseFilterBackend):
    """Narrows rows by the `filterset_class` of a view.

    What each filter may be is for the view's query to say: the forms of a filter set pass over what is empty or
    unknown, which the contract refuses.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """The rows that are left."""
        for name, value in given_filters(view).items():
            queryset = view.filterset_class.base_filters[name].filter(queryset, value)
        return queryset


def given_filters(view: Any) -> dict[str, Any]:
    """The filters that the request has set, by their names."""
    declared = getattr(view, "filterset_class", FilterSet).base_filters
    return {name: value for name, value in view.query.items() if name in declared}
