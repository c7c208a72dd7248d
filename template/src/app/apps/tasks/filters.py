"""What narrows the list of tasks (sample: yours after the first render)."""

from django_filters import CharFilter, FilterSet, IsoDateTimeFilter, UUIDFilter


class TaskFilters(FilterSet):
    """By column, and by time; `TaskQuery` says what each may be."""

    project_id = UUIDFilter()
    status = CharFilter()
    priority = CharFilter()
    assignee_id = UUIDFilter()
    due_before = IsoDateTimeFilter("due_at", "lt")
