"""Sessions of a user: opened, continued, ended (template-owned; contract, "Tokens and sessions").

PostgreSQL changes first. Redis is told once that is committed, and by an event for as long as it takes.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.gate import Gate
from app.api.outbox.publish import publish
from app.api.postgres.database import after_commit
from app.api.redis.store import StoreError
from app.api.runtime import Runtime
from app.api.sessions.tables import RefreshToken, Session
from app.domain.sessions import KNOWN_SESSIONS, device_name, is_new_device, new_device_event
from app.kit.events import Event
from app.kit.refresh_tokens import hash_of, id_of, new_refresh_token
from app.kit.secret_keys import derived_keys
from app.kit.settings import CoreSettings

REVOKED, BUMPED = "session.revoked", "session.bumped"


@dataclass(frozen=True)
class Client:
    """Who opens a session, as far as that can be seen."""

    address: str | None
    device: str | None


@dataclass(frozen=True)
class SessionsOf:
    """The sessions of one user, inside the transaction that changes them."""

    session: AsyncSession
    gate: Gate
    user_id: UUID
    organization_id: UUID
    actor_id: UUID | None = None

    async def end(self, *, only: UUID | None = None, but: UUID | None = None) -> int:
        """End all of them, only one, or all but one; how many that were."""
        conditions = [Session.id == only] if only else [Session.id != but] if but else []
        return await self._change(REVOKED, conditions, {"revoked_at": func.now()})

    async def bump(self) -> int:
        """Make every access token of theirs stale; a refresh gives one with today's claims."""
        return await self._change(BUMPED, [], {})

    async def _change(self, name: str, conditions: Iterable[ColumnElement[bool]], values: dict[str, Any]) -> int:
        statement = (
            update(Session)
            .where(Session.user_id == self.user_id, Session.revoked_at.is_(None), *conditions)
            .values(version=Session.version + 1, **values)
            .returning(Session.id, Session.version)
        )
        changed = (await self.session.execute(statement)).all()
        for row in changed:
            await self._publish(name, row.id, row.version)
        return len(changed)

    async def _publish(self, name: str, session_id: UUID, version: int) -> None:
        event = Event(
            name=name,
            organization_id=self.organization_id,
            actor_id=self.actor_id or self.user_id,
            resource="session",
            resource_id=session_id,
            version=version,
            data={"user_id": str(self.user_id)},
        )
        await publish(self.session, event)

        async def tell_redis() -> None:
            with suppress(StoreError):  # the event is repeated until Redis has it
                await _remember(self.gate, event)

        after_commit(self.session, tell_redis)


async def open_session(
    session: AsyncSession, user_id: UUID, organization_id: UUID, client: Client, settings: CoreSettings
) -> tuple[Session, str]:
    """A new session and its first refresh token; publishes `session.new_device` where the user's device is one."""
    known = (await session.scalars(_devices_of(user_id))).all()
    opened = Session(
        user_id=user_id,
        expires_at=datetime.now(UTC) + settings.jwt_refresh_token_ttl,
        device=device_name(client.device),
        ip=client.address,
        key_id=id_of(derived_keys(settings, "refresh tokens")[0]),
    )
    session.add(opened)
    await session.flush()
    token = new_refresh_token()
    session.add(RefreshToken(hash=hash_of(token), session_id=opened.id, generation=0))
    await session.flush()
    if is_new_device(opened.device, known):
        await publish(session, new_device_event(opened, organization_id))
    return opened, token


async def remember_change(runtime: Runtime, _session: AsyncSession, event: Event) -> None:
    """Handle `session.revoked` and `session.bumped`: write the version into Redis, however often it takes."""
    await _remember(runtime.gate, event)


async def _remember(gate: Gate, event: Event) -> None:
    user_id, is_revoked = UUID(str(event.data["user_id"])), event.name == REVOKED
    await gate.remember(user_id, event.resource_id, event.version, is_revoked=is_revoked)


def _devices_of(user_id: UUID) -> Select[tuple[str]]:
    newest = Session.created_at.desc()
    return select(Session.device).where(Session.user_id == user_id).order_by(newest).limit(KNOWN_SESSIONS)
