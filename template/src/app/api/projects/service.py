"""What can be done with projects (sample: yours after the first render)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.lists import Rows
from app.api.outbox.publish import publish
from app.api.projects.schemas import ProjectBody
from app.api.projects.tables import Project
from app.domain.caller import Caller
from app.domain.changes import changed_fields
from app.domain.projects import project as resource
from app.kit.events import Event
from app.kit.problems import NOT_FOUND, ProblemError
from app.kit.versions import check_if_match

_table = cast("Table", Project.__table__)
rows = Rows(_table, tuple(_table.c[name] for name in ProjectBody.model_fields))


async def read_project(session: AsyncSession, caller: Caller, project_id: UUID) -> Mapping[str, Any]:
    """The columns of `rows` of one project.

    Raises:
        ProblemError: 404.
    """
    values = {"id": project_id, "organization_id": caller.organization_id}
    row = (await session.execute(rows.one(), values)).mappings().first()
    if row is None:
        raise _not_found()
    return dict(row)


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
    await _publish(session, caller, made, "created", {"name": made.name})
    return made


async def change_project(
    session: AsyncSession, caller: Caller, project_id: UUID, if_match: str | None, values: Mapping[str, Any]
) -> Project:
    """Set the given fields; a change of nothing leaves the version. Publishes `project.updated`.

    Raises:
        ProblemError: 404, 428, 412.
    """
    found = await _lock(session, caller, project_id)
    check_if_match(if_match, found.version)
    changes = changed_fields(found, values)
    if changes:
        for name, value in values.items():
            setattr(found, name, value)
        found.updated_by = caller.user_id
        await session.flush()
        await _publish(session, caller, found, "updated", {"changes": changes})
    return found


async def delete_project(session: AsyncSession, caller: Caller, project_id: UUID, if_match: str | None) -> None:
    """Delete softly; publishes `project.deleted`.

    Raises:
        ProblemError: 404, 428, 412.
    """
    found = await _lock(session, caller, project_id)
    check_if_match(if_match, found.version)
    found.deleted_at, found.deletion_id = datetime.now(UTC), uuid4()
    found.updated_by = caller.user_id
    await session.flush()
    await _publish(session, caller, found, "deleted", {})


async def restore_project(session: AsyncSession, caller: Caller, project_id: UUID) -> Project:
    """Bring a deleted project back; a live one is left as it is. Publishes `project.restored`.

    Raises:
        ProblemError: 404.
    """
    found = await _lock(session, caller, project_id, with_deleted=True)
    if found.deleted_at is not None:
        found.deleted_at = found.deletion_id = None
        found.updated_by = caller.user_id
        await session.flush()
        await _publish(session, caller, found, "restored", {})
    return found


async def _lock(session: AsyncSession, caller: Caller, project_id: UUID, *, with_deleted: bool = False) -> Project:
    """The project, held until the transaction ends, so that of two writers with one version one is told 412."""
    statement = select(Project).where(Project.id == project_id, Project.organization_id == caller.organization_id)
    if not with_deleted:
        statement = statement.where(Project.deleted_at.is_(None))
    found = await session.scalar(statement.with_for_update())
    if found is None:
        raise _not_found()
    return found


async def _publish(session: AsyncSession, caller: Caller, about: Project, what: str, data: Mapping[str, Any]) -> None:
    event = Event(
        name=f"{resource.name}.{what}",
        organization_id=caller.organization_id,
        actor_id=caller.user_id,
        resource=resource.name,
        resource_id=about.id,
        version=about.version,
        data=data,
    )
    await publish(session, event)


def _not_found() -> ProblemError:
    return ProblemError(NOT_FOUND, "No such path, or nothing with this id that you may see.")
