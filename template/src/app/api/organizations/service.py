"""What can be done with organizations (template-owned)."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.organizations.schemas import OrganizationBody
from app.api.organizations.tables import Organization
from app.api.outbox.publish import publish_change
from app.api.postgres.database import after_commit
from app.api.redis.cache import Cache
from app.api.rows import set_fields
from app.api.runtime import Runtime
from app.domain.access import not_found
from app.domain.caller import Caller
from app.kit.versions import check_if_match

_table = cast("Table", Organization.__table__)
columns = tuple(_table.c[name] for name in OrganizationBody.model_fields)
_ONE = select(*columns).where(_table.c.id == bindparam("id"), _table.c.deleted_at.is_(None))


async def read_organization(runtime: Runtime, organization_id: UUID) -> Mapping[str, Any]:
    """A live organization as its reply shows it, from the cache: read by everyone, changed once in a while.

    Raises:
        ProblemError: 404.
    """

    async def load() -> Mapping[str, Any] | None:
        found = await runtime.database.read(lambda connection: connection.execute(_ONE, {"id": organization_id}))
        row = found.mappings().first()
        return None if row is None else dict(row)

    organization = await runtime.organizations.get_or_load(organization_id, load)
    if organization is None:
        raise not_found()
    return organization


async def change_organization(
    session: AsyncSession, cache: Cache, *, caller: Caller, if_match: str | None, values: Mapping[str, Any]
) -> Organization:
    """Change the caller's organization, in the cache too; publishes `organization.updated`.

    Where Redis is away at that moment, others may read what was before for as long as the cache keeps it.

    Raises:
        ProblemError: 404, 428, 412.
    """
    statement = select(Organization).where(Organization.id == caller.organization_id).with_for_update(key_share=True)
    found = await session.scalar(statement.where(Organization.deleted_at.is_(None)))
    if found is None:
        raise not_found()
    check_if_match(if_match, found.version)
    changes = await set_fields(session, caller, found, values)
    if changes:
        await publish_change(session, caller, "organization.updated", found, {"changes": changes})
        now = {column.key: getattr(found, column.key) for column in columns}
        after_commit(session, lambda: cache.put(found.id, now))
    return found
