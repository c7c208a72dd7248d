"""What can be done with tasks (sample: yours after the first render)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Row, Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.publish import publish_change
from app.api.projects.service import keep_project
from app.api.rows import Rows, hold_live_row, hold_row, insert_row, set_fields
from app.api.tasks.schemas import TaskBody
from app.api.tasks.tables import Task
from app.api.users.service import find_user
from app.domain.access import check_row, not_found
from app.domain.caller import Caller
from app.domain.changes import deletion_fields, first_fields
from app.domain.tasks import check_references, name_event, told, without_home
from app.domain.tasks import task as resource
from app.kit.versions import check_if_match

Values = Mapping[str, Any]
_table = cast("Table", Task.__table__)
rows = Rows(_table, tuple(_table.c[name] for name in TaskBody.model_fields), resource.plural)


async def keep_references(session: AsyncSession, caller: Caller, values: Values) -> None:
    """Hold the ids that a body sends against what they must name; its project is kept until the transaction ends.

    Raises:
        ProblemError: 422 where it is no live project, or no active user, of the organization.
    """
    project_id, assignee_id = values.get("project_id"), values.get("assignee_id")
    has_project = project_id is None or await keep_project(session, caller, project_id)
    assignee = await find_user(session, assignee_id) if assignee_id else None
    is_ours = assignee is not None and assignee.organization_id == caller.organization_id
    check_references(has_project=has_project, has_assignee=assignee_id is None or is_ours)


async def create_task(session: AsyncSession, caller: Caller, values: Values) -> Row[Any]:
    """A new task of the caller's organization; publishes `task.created`.

    Raises:
        ProblemError: 422.
    """
    await keep_references(session, caller, values)
    made = await insert_row(session, rows, caller, values)
    await publish_change(session, caller, "task.created", made, told(first_fields(values), caller.user_id))
    return made


async def change_task(
    session: AsyncSession, caller: Caller, task_id: UUID, if_match: str | None, values: Values
) -> Task:
    """Set the given fields; a change of nothing leaves the version. Publishes `task.updated` or `task.assigned`.

    Raises:
        ProblemError: 422, 404, 403, 428, 412.
    """
    # First: what is wrong with a body is told before what is wrong with the row, and a project is locked before tasks.
    await keep_references(session, caller, values)
    found = await hold_live_row(session, rows, Task, caller=caller, row_id=task_id, action="update")
    check_if_match(if_match, found.version)
    changes = await set_fields(session, caller, found, values)
    if changes:
        await publish_change(session, caller, name_event(changes), found, told(changes, caller.user_id))
    return found


async def delete_task(session: AsyncSession, caller: Caller, task_id: UUID, if_match: str | None) -> None:
    """Delete softly; publishes `task.deleted`.

    Raises:
        ProblemError: 404, 403, 428, 412.
    """
    found = await hold_live_row(session, rows, Task, caller=caller, row_id=task_id, action="delete")
    check_if_match(if_match, found.version)
    changes = await set_fields(session, caller, found, {"deleted_at": datetime.now(UTC), "deletion_id": uuid4()})
    await publish_change(session, caller, "task.deleted", found, told(deletion_fields(changes), caller.user_id))


async def restore_task(session: AsyncSession, caller: Caller, task_id: UUID) -> Task:
    """Bring a deleted task back; a live one is left as it is. Publishes `task.restored`.

    Raises:
        ProblemError: 404, 403, 409 where its project is deleted.
    """
    project_id = await _project_of(session, caller, task_id)
    is_kept = await keep_project(session, caller, project_id)
    found = await hold_row(session, Task, caller, task_id)
    check_row(caller, resource.plural, "delete", found)
    if found.deleted_at is None:
        return found
    # Restored, moved and deleted again between our statements, it would be in a project that we don't keep.
    if not is_kept or found.project_id != project_id:
        raise without_home()
    changes = await set_fields(session, caller, found, {"deleted_at": None, "deletion_id": None})
    await publish_change(session, caller, "task.restored", found, told(deletion_fields(changes), caller.user_id))
    return found


async def _project_of(session: AsyncSession, caller: Caller, task_id: UUID) -> UUID:
    statement = select(Task.project_id).where(Task.id == task_id, Task.organization_id == caller.organization_id)
    project_id = await session.scalar(statement)
    if project_id is None:
        raise not_found()
    return project_id
