"""What others may ask about users (template-owned)."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.users.tables import User


async def find_user(session: AsyncSession, user_id: UUID) -> User | None:
    """The active user with this id."""
    statement = select(User).where(User.id == user_id, User.is_active, User.deleted_at.is_(None))
    return (await session.scalars(statement)).one_or_none()


async def find_user_by_email(session: AsyncSession, email: str) -> User | None:
    """The active user with this address, as it is stored."""
    statement = select(User).where(User.email == email, User.is_active, User.deleted_at.is_(None))
    return (await session.scalars(statement)).one_or_none()
