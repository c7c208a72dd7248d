"""Tasks on the pages of administration (sample: yours after the first render)."""

from django.contrib import admin

from app.apps.administration.forms import RowForm
from app.apps.administration.rows import RowAdmin
from app.apps.tasks.models import Task
from app.apps.tasks.serializers import TaskInput, TaskPatch
from app.apps.tasks.services import change_task, create_task, delete_task, restore_task

_FIELDS = ("project", "title", "description", "status", "priority", "assignee", "due_at")


class TaskForm(RowForm):
    """What may be said of a task."""

    input = TaskInput
    patch = TaskPatch

    class Meta:
        model = Task
        fields = _FIELDS


@admin.register(Task)
class TaskAdmin(RowAdmin):
    """Those of the organization's projects."""

    resource = "tasks"
    form = TaskForm
    fields = (*_FIELDS, "row_version", *RowAdmin.readonly_fields)
    list_display = ("title", "project", "status", "priority", "assignee", "due_at", "deleted_at")
    list_select_related = ("project", "assignee")
    search_fields = ("title",)
    autocomplete_fields = ("project", "assignee")
    create, change, remove, restore = create_task, change_task, delete_task, restore_task
