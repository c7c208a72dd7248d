"""What can be done with tasks, in the caller's transaction (sample: yours after the first render)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from app.apps.outbox.publish import publish_change
from app.apps.projects.selectors import keep_project
from app.apps.tasks.models import Task
from app.apps.tasks.selectors import project_of, rows
from app.apps.users.services import find_user
from app.domain.access import check_row
from app.domain.caller import Caller
from app.domain.changes import deletion_fields, first_fields
from app.domain.tasks import check_references, name_event, told, without_home
from app.domain.tasks import task as resource
from app.kit.versions import check_if_match

Values = Mapping[str, Any]


def keep_references(caller: Caller, values: Values) -> None:
    """Hold the ids that a body sends against what they must name; its project is kept until the transaction ends.

    Raises:
        ProblemError: 422 where it is no live project, or no active user, of the organization.
    """
    project_id, assignee_id = values.get("project_id"), values.get("assignee_id")
    has_project = project_id is None or keep_project(caller, project_id)
    assignee = find_user(assignee_id) if assignee_id else None
    is_ours = assignee is not None and assignee.organization_id == caller.organization_id
    check_references(has_project=has_project, has_assignee=assignee_id is None or is_ours)


def create_task(caller: Caller, values: Values) -> Task:
    """A new task of the caller's organization; publishes `task.created`.

    Raises:
        ProblemError: 422.
    """
    keep_references(caller, values)
    made = rows.make(caller, values)
    publish_change(caller, "task.created", made, told(first_fields(values), caller.user_id))
    return made


def change_task(caller: Caller, task_id: UUID, if_match: str | None, values: Values) -> Task:
    """Set the given fields; a change of nothing leaves the version. Publishes `task.updated` or `task.assigned`.

    Raises:
        ProblemError: 422, 404, 403, 428, 412.
    """
    # First: what is wrong with a body is told before what is wrong with the row, and a project is locked before tasks.
    keep_references(caller, values)
    found = rows.hold_live(caller, task_id, "update")
    check_if_match(if_match, found.version)
    changes = found.change(caller, values)
    if changes:
        publish_change(caller, name_event(changes), found, told(changes, caller.user_id))
    return found


def delete_task(caller: Caller, task_id: UUID, if_match: str | None) -> None:
    """Delete softly; publishes `task.deleted`.

    Raises:
        ProblemError: 404, 403, 428, 412.
    """
    found = rows.hold_live(caller, task_id, "delete")
    check_if_match(if_match, found.version)
    changes = found.change(caller, {"deleted_at": datetime.now(UTC), "deletion_id": uuid4()})
    publish_change(caller, "task.deleted", found, told(deletion_fields(changes), caller.user_id))


def restore_task(caller: Caller, task_id: UUID) -> Task:
    """Bring a deleted task back; a live one is left as it is. Publishes `task.restored`.

    Raises:
        ProblemError: 404, 403, 409 where its project is deleted.
    """
    project_id = project_of(caller, task_id)
    is_kept = keep_project(caller, project_id)
    found = rows.hold(caller, task_id)
    check_row(caller, resource.plural, "delete", found.facts)
    if found.deleted_at is None:
        return found
    # Restored, moved and deleted again between our statements, it would be in a project that we don't keep.
    if not is_kept or found.project_id != project_id:
        raise without_home()
    changes = found.change(caller, {"deleted_at": None, "deletion_id": None})
    publish_change(caller, "task.restored", found, told(deletion_fields(changes), caller.user_id))
    return found
