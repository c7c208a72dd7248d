"""What narrows the list of projects (sample: yours after the first render)."""

from django_filters import CharFilter, FilterSet, UUIDFilter


class ProjectFilters(FilterSet):
    """By column; `ProjectQuery` says what each may be."""

    visibility = CharFilter()
    created_by = UUIDFilter()
