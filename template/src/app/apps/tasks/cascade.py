"""Tasks go and come back with their project (sample: yours after the first render).

Whoever deletes or restores the project holds its row, so that no task comes into it or leaves it meanwhile.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from app.apps.outbox.publish import publish
from app.apps.postgres.returning import update_returning
from app.apps.tasks.models import Task
from app.apps.tasks.selectors import rows
from app.domain.caller import Caller
from app.domain.tasks import cascade_events


def delete(caller: Caller, project_id: UUID, deletion_id: UUID) -> None:
    """Delete the live tasks; publishes `task.deleted` for each."""
    live = rows.of(caller).live().filter(project_id=project_id)
    _change(caller, "task.deleted", live, {"deleted_at": Now(), "deletion_id": deletion_id}, was_deleted_at={})


def restore(caller: Caller, project_id: UUID, deletion_id: UUID) -> None:
    """Bring back those that this deletion took; publishes `task.restored` for each."""
    taken = rows.of(caller).filter(project_id=project_id, deletion_id=deletion_id)
    deleted_at = dict(taken.values_list("id", "deleted_at"))
    _change(caller, "task.restored", taken, {"deleted_at": None, "deletion_id": None}, was_deleted_at=deleted_at)


def _change(
    caller: Caller,
    event: str,
    tasks: QuerySet[Task],
    values: Mapping[str, Any],
    *,
    was_deleted_at: Mapping[UUID, datetime | None],
) -> None:
    changed = update_returning(tasks, {**values, "updated_by_id": caller.user_id}, ("id", "version", "deleted_at"))
    publish(*cascade_events(caller, event, changed, was_deleted_at))
