"""What requests and replies about tasks hold (sample: yours after the first render)."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from app.apps.rest.pagination import ListQuery, sort_by
from app.apps.rest.serializers import ResourceBody, StrictSerializer, Typed
from app.domain.tasks import Priority, Sort, Status
from app.kit.text import Description, Name
from app.kit.times import GivenTime, Time


class TaskInput(StrictSerializer):
    """A whole task, as `POST` and `PUT` send it."""

    project_id = Typed(UUID)
    title = Typed(Name)
    description = Typed(Description, default="")
    status = Typed(Status, default="todo")
    priority = Typed(Priority, default="normal")
    assignee_id = Typed(UUID | None, default=None)
    due_at = Typed(GivenTime | None, default=None)


class TaskPatch(StrictSerializer):
    """The fields to change, as a JSON merge patch (RFC 7396); null takes the assignee or the due time away."""

    project_id = Typed(UUID, required=False)
    title = Typed(Name, required=False)
    description = Typed(Description, required=False)
    status = Typed(Status, required=False)
    priority = Typed(Priority, required=False)
    assignee_id = Typed(UUID | None, required=False)
    due_at = Typed(GivenTime | None, required=False)


class TaskAssignment(StrictSerializer):
    """Who is to do the task; null: nobody."""

    assignee_id = Typed(UUID | None)


class TaskBody(ResourceBody):
    """A task."""

    project_id = Typed(UUID)
    title = Typed(str)
    description = Typed(str)
    status = Typed(Status)
    priority = Typed(Priority)
    assignee_id = Typed(UUID | None)
    due_at = Typed(Time | None)


class TaskPage(serializers.Serializer[Any]):
    """A page of tasks."""

    items = TaskBody(many=True)
    next_cursor = Typed(str | None)


class TaskQuery(ListQuery):
    """Filters and sort keys of the list; tasks without a due time come last, whichever way it is sorted."""

    sort = sort_by(Sort)
    project_id = Typed(UUID, required=False)
    status = Typed(Status, required=False)
    priority = Typed(Priority, required=False)
    assignee_id = Typed(UUID, required=False)
    due_before = Typed(GivenTime, required=False, help_text="Only tasks that are due before this time")
