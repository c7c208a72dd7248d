"""What can be done with projects (sample: yours after the first render)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.publish import publish_change
from app.api.projects.schemas import ProjectBody
from app.api.projects.tables import Project
from app.api.rows import Rows, hold_live_row, hold_row
from app.domain.access import check_row
from app.domain.caller import Caller
from app.domain.changes import changed_fields
from app.domain.projects import project as resource
from app.kit.versions import check_if_match

_table = cast("Table", Project.__table__)
rows = Rows(_table, tuple(_table.c[name] for name in ProjectBody.model_fields), resource.plural)


async def create_project(session: AsyncSession, caller: Caller, values: Mapping[str, Any]) -> Project:
    """A new project of the caller's organization; publishes `project.created`."""
    made = Project(
        organization_id=caller.organization_id,
        created_by=caller.user_id,
        updated_by=caller.user_id,
        **values,
    )
    session.add(made)
    await session.flush()
    await publish_change(session, caller, "project.created", made, {"name": made.name})
    return made


async def change_project(
    session: AsyncSession, caller: Caller, project_id: UUID, if_match: str | None, values: Mapping[str, Any]
) -> Project:
    """Set the given fields; a change of nothing leaves the version. Publishes `project.updated`.

    Raises:
        ProblemError: 404, 403, 428, 412.
    """
    found = await hold_live_row(session, rows, Project, caller=caller, row_id=project_id, action="update")
    check_if_match(if_match, found.version)
    changes = changed_fields(found, values)
    if changes:
        for name, value in values.items():
            setattr(found, name, value)
        found.updated_by = caller.user_id
        await session.flush()
        await publish_change(session, caller, "project.updated", found, {"changes": changes})
    return found


async def delete_project(session: AsyncSession, caller: Caller, project_id: UUID, if_match: str | None) -> None:
    """Delete softly; publishes `project.deleted`.

    Raises:
        ProblemError: 404, 403, 428, 412.
    """
    found = await hold_live_row(session, rows, Project, caller=caller, row_id=project_id, action="delete")
    check_if_match(if_match, found.version)
    found.deleted_at, found.deletion_id = datetime.now(UTC), uuid4()
    found.updated_by = caller.user_id
    await session.flush()
    await publish_change(session, caller, "project.deleted", found)


async def restore_project(session: AsyncSession, caller: Caller, project_id: UUID) -> Project:
    """Bring a deleted project back; a live one is left as it is. Publishes `project.restored`.

    Raises:
        ProblemError: 404, 403.
    """
    found = await hold_row(session, Project, caller, project_id)
    check_row(caller, resource.plural, "delete", found)
    if found.deleted_at is not None:
        found.deleted_at = found.deletion_id = None
        found.updated_by = caller.user_id
        await session.flush()
        await publish_change(session, caller, "project.restored", found)
    return found
