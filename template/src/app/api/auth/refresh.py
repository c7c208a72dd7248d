"""Refresh tokens: rotated, given again, or found in two hands (template-owned; contract, "Tokens"; RFC 9700)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.gate import Gate
from app.api.sessions.service import SessionsOf
from app.api.sessions.tables import RefreshToken, Session
from app.api.users.tables import User
from app.domain.sessions import Refresh, RefreshState, decide_refresh
from app.kit.refresh_tokens import child_of, hash_of, id_of
from app.kit.secret_keys import derived_keys
from app.kit.settings import CoreSettings


async def use_refresh_token(
    session: AsyncSession, gate: Gate, token: str, settings: CoreSettings
) -> tuple[Session, User, str] | None:
    """The session, its user and the token that follows; nothing where it is refused.

    The caller answers 401 only after the commit: a token in two hands has ended the session by then.
    """
    found = await _hold_session(session, token)
    if found is None:
        return None
    held, user = found
    given, *children = await _token_and_child(session, held, token)
    now = datetime.now(UTC)
    decision = _decide(given, children, found, now)
    key = _key_of(held, settings)
    if decision == "reuse":
        await SessionsOf(session, gate, user.id, user.organization_id).end(only=held.id)
    if decision in ("reuse", "refuse") or key is None:
        return None
    child = child_of(token, family=held.id, generation=given.generation + 1, key=key)
    if decision == "rotate":
        given.used_at = held.last_used_at = now
        fresh = RefreshToken(
            hash=hash_of(child), session_id=held.id, generation=given.generation + 1, parent=given.hash
        )
        session.add(fresh)
        await session.flush()
    return held, user, child


async def _hold_session(session: AsyncSession, token: str) -> tuple[Session, User] | None:
    """The session of a refresh token, held, and its user: of several uses at once each sees what the one before did."""
    statement = (
        select(Session)
        .join(RefreshToken, RefreshToken.session_id == Session.id)
        .where(RefreshToken.hash == hash_of(token))
        .with_for_update(of=Session)
    )
    held = (await session.scalars(statement)).one_or_none()
    # Read apart: a joined row would be as old as the wait for the session, and with it the role in the new token.
    return None if held is None else (held, await session.get_one(User, held.user_id))


def _decide(
    given: RefreshToken, children: Sequence[RefreshToken], found: tuple[Session, User], now: datetime
) -> Refresh:
    held, user = found
    state = RefreshState(
        used_at=given.used_at,
        is_last_parent=bool(children) and children[0].used_at is None,
        session_ends_at=held.expires_at,
        is_session_revoked=held.revoked_at is not None,
        is_user_active=user.is_active and user.deleted_at is None,
    )
    return decide_refresh(state, now)


async def _token_and_child(session: AsyncSession, held: Session, token: str) -> Sequence[RefreshToken]:
    """The token, and its child if there is one; read once the session is held."""
    generation = select(RefreshToken.generation).where(RefreshToken.hash == hash_of(token)).scalar_subquery()
    statement = (
        select(RefreshToken)
        .where(RefreshToken.session_id == held.id, RefreshToken.generation.between(generation, generation + 1))
        .order_by(RefreshToken.generation)
    )
    return (await session.scalars(statement)).all()


def _key_of(held: Session, settings: CoreSettings) -> bytes | None:
    """The family's derivation key; none once it was removed, which ends what it made."""
    keys = {id_of(key): key for key in derived_keys(settings, "refresh tokens")}
    return keys.get(held.key_id)
