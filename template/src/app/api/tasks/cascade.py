"""Tasks go and come back with their project (sample: yours after the first render).

Whoever deletes or restores the project holds its row, so that no task comes into it or leaves it meanwhile.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.publish import publish
from app.api.slices import Cascade
from app.api.tasks.tables import Task
from app.domain.caller import Caller
from app.domain.tasks import cascade_events

_table = cast("Table", Task.__table__)
_OF_PROJECT = (
    update(_table)
    .where(_table.c.organization_id == bindparam("organization"), _table.c.project_id == bindparam("project"))
    .returning(_table.c.id, _table.c.version, _table.c.deleted_at)
)
_STATEMENTS = {
    "task.deleted": _OF_PROJECT.where(_table.c.deleted_at.is_(None)).values(
        deleted_at=func.now(), deletion_id=bindparam("deletion"), updated_by=bindparam("caller")
    ),
    "task.restored": _OF_PROJECT.where(_table.c.deletion_id == bindparam("deletion")).values(
        deleted_at=null(), deletion_id=null(), updated_by=bindparam("caller")
    ),
}
_TAKEN = select(_table.c.id, _table.c.deleted_at).where(
    _table.c.organization_id == bindparam("organization"),
    _table.c.project_id == bindparam("project"),
    _table.c.deletion_id == bindparam("deletion"),
)


async def _delete(session: AsyncSession, caller: Caller, project_id: UUID, deletion_id: UUID) -> None:
    """Delete the live tasks; publishes `task.deleted` for each."""
    await _change(session, caller, "task.deleted", {"project": project_id, "deletion": deletion_id}, deleted_at={})


async def _restore(session: AsyncSession, caller: Caller, project_id: UUID, deletion_id: UUID) -> None:
    """Bring back those that this deletion took; publishes `task.restored` for each."""
    which = {"project": project_id, "deletion": deletion_id}
    taken = await session.execute(_TAKEN, {**which, "organization": caller.organization_id})
    deleted_at = {row.id: row.deleted_at for row in taken}
    await _change(session, caller, "task.restored", which, deleted_at=deleted_at)


with_project = Cascade(delete=_delete, restore=_restore)


async def _change(
    session: AsyncSession, caller: Caller, event: str, which: dict[str, UUID], *, deleted_at: Mapping[UUID, datetime]
) -> None:
    """Change the tasks, of which those in `deleted_at` were deleted then, and publish it."""
    values = {**which, "organization": caller.organization_id, "caller": caller.user_id}
    changed = (await session.execute(_STATEMENTS[event], values)).tuples()
    await publish(session, *cascade_events(caller, event, changed, deleted_at))
