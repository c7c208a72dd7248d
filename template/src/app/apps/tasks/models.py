"""Tasks (sample: yours after the first render)."""

from typing import Any, get_args
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from app.apps.postgres.models import TenantModel
from app.domain.tasks import Priority, Status

_STATUSES, _PRIORITIES = get_args(Status), get_args(Priority)


def _index(name: str, *columns: Any) -> models.Index:
    live = Q(deleted_at__isnull=True)
    return models.Index(F("organization"), *columns, name=f"tasks_organization_id_{name}_idx", condition=live)


class Task(TenantModel):
    """A task of a project; `deletion_id` is one for all that was deleted together."""

    project = models.ForeignKey("projects.Project", models.PROTECT, db_index=False, related_name="+")
    title = models.TextField()
    description = models.TextField(db_default="", blank=True)
    status = models.TextField(db_default="todo", choices=[(word, word) for word in _STATUSES])
    priority = models.TextField(db_default="normal", choices=[(word, word) for word in _PRIORITIES])
    assignee = models.ForeignKey("users.User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    deletion_id = models.UUIDField(null=True, editable=False)

    class Meta:
        db_table = "tasks"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=_STATUSES), name="tasks_status_check"),
            models.CheckConstraint(condition=Q(priority__in=_PRIORITIES), name="tasks_priority_check"),
        )
        indexes = (
            *(_index(key, F(key), F("id")) for key in ("created_at", "updated_at", "due_at")),
            _index("due_at_desc", F("due_at").desc(nulls_last=True), F("id").desc()),
            *(_index(f"{key}_id", F(key), F("created_at"), F("id")) for key in ("project", "assignee")),
            *(_index(key, F(key), F("created_at"), F("id")) for key in ("status", "priority")),
            models.Index(fields=["deletion_id"], name="tasks_deletion_id_idx", condition=Q(deletion_id__isnull=False)),
        )

    project_id: UUID
    assignee_id: UUID | None

    def __str__(self) -> str:
        return self.title
