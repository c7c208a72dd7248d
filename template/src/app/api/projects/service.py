"""What can be done with projects (sample: yours after the first render)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Row, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.publish import publish_change
from app.api.projects.schemas import ProjectBody
from app.api.projects.tables import Project
from app.api.rows import Rows, hold_live_row, hold_row, insert_row, set_fields
from app.api.slices import cascades_of
from app.domain.access import check_row, may
from app.domain.caller import Caller
from app.domain.changes import deletion_fields, first_fields
from app.domain.projects import project as resource
from app.kit.versions import check_if_match

_table = cast("Table", Project.__table__)
rows = Rows(_table, tuple(_table.c[name] for name in ProjectBody.model_fields), resource.plural)
# The lock that others share, and that a deletion waits for.
_SHARED = (
    select(_table.c.created_by, _table.c.visibility)
    .where(
        _table.c.id == bindparam("id"),
        _table.c.organization_id == bindparam("organization_id"),
        _table.c.deleted_at.is_(None),
    )
    .with_for_update(read=True)
)


async def create_project(session: AsyncSession, caller: Caller, values: Mapping[str, Any]) -> Row[Any]:
    """A new project of the caller's organization; publishes `project.created`."""
    made = await insert_row(session, rows, caller, values)
    await publish_change(session, caller, "project.created", made, {"name": made.name, "changes": first_fields(values)})
    return made


async def keep_project(session: AsyncSession, caller: Caller, project_id: UUID) -> bool:
    """Whether it is a live project that the caller may read; if so, nobody deletes it before the transaction ends.

    Whoever changes rows that hang on it calls this before holding any of them: a deletion locks in the same order.
    """
    values = {"id": project_id, "organization_id": caller.organization_id}
    found = (await session.execute(_SHARED, values)).first()
    return found is not None and may(caller, resource.plural, "read", found)


async def change_project(
    session: AsyncSession, caller: Caller, project_id: UUID, if_match: str | None, values: Mapping[str, Any]
) -> Project:
    """Set the given fields; a change of nothing leaves the version. Publishes `project.updated`.

    Raises:
        ProblemError: 404, 403, 428, 412.
    """
    found = await hold_live_row(session, rows, Project, caller=caller, row_id=project_id, action="update")
    check_if_match(if_match, found.version)
    changes = await set_fields(session, caller, found, values)
    if changes:
        await publish_change(session, caller, "project.updated", found, {"changes": changes})
    return found


async def delete_project(session: AsyncSession, caller: Caller, project_id: UUID, if_match: str | None) -> None:
    """Delete softly, and all that hangs on it; publishes `project.deleted`.

    Raises:
        ProblemError: 404, 403, 428, 412.
    """
    found = await hold_live_row(session, rows, Project, caller=caller, row_id=project_id, action="delete")
    check_if_match(if_match, found.version)
    deletion_id = uuid4()
    changes = await set_fields(session, caller, found, {"deleted_at": datetime.now(UTC), "deletion_id": deletion_id})
    await publish_change(session, caller, "project.deleted", found, {"changes": deletion_fields(changes)})
    for cascade in cascades_of(resource.name):
        await cascade.delete(session, caller, found.id, deletion_id)


async def restore_project(session: AsyncSession, caller: Caller, project_id: UUID) -> Project:
    """Bring a deleted project back, with what was deleted by its deletion; a live one is left as it is.

    Publishes `project.restored`.

    Raises:
        ProblemError: 404, 403.
    """
    found = await hold_row(session, Project, caller, project_id)
    check_row(caller, resource.plural, "delete", found)
    if found.deleted_at is None:
        return found
    deletion_id = found.deletion_id
    changes = await set_fields(session, caller, found, {"deleted_at": None, "deletion_id": None})
    await publish_change(session, caller, "project.restored", found, {"changes": deletion_fields(changes)})
    if deletion_id is not None:
        for cascade in cascades_of(resource.name):
            await cascade.restore(session, caller, found.id, deletion_id)
    return found
