"""What can be done with organizations (template-owned)."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.api.organizations.schemas import OrganizationBody
from app.api.organizations.tables import Organization
from app.api.outbox.publish import publish_change
from app.domain.access import not_found
from app.domain.caller import Caller
from app.domain.changes import changed_fields
from app.kit.versions import check_if_match

_table = cast("Table", Organization.__table__)
columns = tuple(_table.c[name] for name in OrganizationBody.model_fields)
_ONE = select(*columns).where(_table.c.id == bindparam("id"), _table.c.deleted_at.is_(None))


async def read_organization(connection: AsyncConnection, organization_id: UUID) -> Row[Any]:
    """The columns of a live organization.

    Raises:
        ProblemError: 404.
    """
    row = (await connection.execute(_ONE, {"id": organization_id})).first()
    if row is None:
        raise not_found()
    return row


async def change_organization(
    session: AsyncSession, caller: Caller, if_match: str | None, values: Mapping[str, Any]
) -> Organization:
    """Change the caller's organization; publishes `organization.updated`.

    Raises:
        ProblemError: 404, 428, 412.
    """
    statement = select(Organization).where(Organization.id == caller.organization_id).with_for_update(key_share=True)
    found = await session.scalar(statement.where(Organization.deleted_at.is_(None)))
    if found is None:
        raise not_found()
    check_if_match(if_match, found.version)
    changes = changed_fields(found, values)
    if changes:
        for name, value in values.items():
            setattr(found, name, value)
        found.updated_by = caller.user_id
        await session.flush()
        await publish_change(session, caller, "organization.updated", found, {"changes": changes})
    return found
