"""What can be done with users, and what others may ask about them (template-owned)."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.gate import Gate
from app.api.outbox.publish import publish_change
from app.api.rows import Rows, hold_live_row, set_fields
from app.api.sessions.service import SessionsOf
from app.api.users.schemas import UserBody
from app.api.users.tables import User
from app.domain.caller import Caller
from app.domain.users import leaves_no_admin
from app.kit.problems import CONFLICT, ProblemError

Values = Mapping[str, Any]
_table = cast("Table", User.__table__)
rows = Rows(_table, tuple(_table.c[name] for name in UserBody.model_fields), "users")


async def find_user(session: AsyncSession, user_id: UUID) -> User | None:
    """The active user with this id."""
    statement = select(User).where(User.id == user_id, User.is_active, User.deleted_at.is_(None))
    return (await session.scalars(statement)).one_or_none()


async def hold_account(session: AsyncSession, email: str) -> User | None:
    """The user with this address, held for a change as are the roles of the organization; None where there is none."""
    user = await session.scalar(select(User).where(User.email == email, User.deleted_at.is_(None)))
    if user is not None:
        await hold_roles(session, user.organization_id)
        await session.refresh(user, with_for_update={"key_share": True})
    return user


async def hold_user(session: AsyncSession, caller: Caller, user_id: UUID) -> User:
    """The user, held for a change.

    Raises:
        ProblemError: 404, 403.
    """
    await hold_roles(session, caller.organization_id)
    return await hold_live_row(session, rows, User, caller=caller, row_id=user_id, action="update")


async def change_user(session: AsyncSession, gate: Gate, held: User, *, caller: Caller, values: Values) -> User:
    """Set role and activity; whoever's role changes is asked to refresh, whoever is deactivated is logged out.

    Publishes `user.updated`.

    Raises:
        ProblemError: 409 for the last active OrgAdmin.
    """
    await check_admin_is_left(session, held, values)
    changes = await set_fields(session, caller, held, values)
    if not changes:
        return held
    await publish_change(session, caller, "user.updated", held, {"changes": changes})
    sessions = SessionsOf(session, gate, held.id, held.organization_id, caller.user_id)
    await (sessions.bump() if held.is_active else sessions.end())
    return held


async def hold_roles(session: AsyncSession, organization_id: UUID) -> None:
    """Let one change of roles at a time into an organization, so that two can't take away each other's OrgAdmin."""
    key = func.hashtextextended(f"roles of {organization_id}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))


async def check_admin_is_left(session: AsyncSession, held: User, values: Values) -> None:
    """Refuse to take the last active OrgAdmin away.

    Raises:
        ProblemError: 409.
    """
    if not leaves_no_admin(held, values):
        return
    others = select(func.count()).where(
        User.organization_id == held.organization_id,
        User.role == "OrgAdmin",
        User.is_active,
        User.deleted_at.is_(None),
        User.id != held.id,
    )
    if not await session.scalar(others):
        raise ProblemError(CONFLICT, "The last active OrgAdmin stays one: make another one first.")
