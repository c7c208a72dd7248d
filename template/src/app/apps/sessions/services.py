"""Sessions of a user: opened, continued, ended (template-owned; contract, "Tokens and sessions").

PostgreSQL changes first. Redis is told once that is committed, and by an event for as long as it takes.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from app.apps.outbox.publish import publish
from app.apps.redis.gate import the_gate
from app.apps.redis.store import StoreError
from app.apps.sessions.models import RefreshToken, Session
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

    user_id: UUID
    organization_id: UUID
    actor_id: UUID | None = None

    def end(self, *, only: UUID | None = None, but: UUID | None = None) -> int:
        """End all of them, only one, or all but one; how many that were."""
        held = Session.objects.filter(user_id=self.user_id, revoked_at__isnull=True).select_for_update(no_key=True)
        if only:
            held = held.filter(id=only)
        if but:
            held = held.exclude(id=but)
        return self._change(REVOKED, list(held), {"revoked_at": Now()})

    def bump(self) -> int:
        """Make every access token of theirs stale; a refresh gives one with today's claims."""
        held = Session.objects.filter(user_id=self.user_id, revoked_at__isnull=True).select_for_update(no_key=True)
        return self._change(BUMPED, list(held), {})

    def _change(self, name: str, held: list[Session], values: Mapping[str, Any]) -> int:
        ids = [one.id for one in held]
        Session.objects.filter(id__in=ids).update(version=F("version") + 1, **values)
        events = [self._event(name, one) for one in held]
        publish(*events)
        transaction.on_commit(lambda: _tell_redis(events))
        return len(held)

    def _event(self, name: str, held: Session) -> Event:
        return Event(
            name=name,
            organization_id=self.organization_id,
            actor_id=self.actor_id or self.user_id,
            resource="session",
            resource_id=held.id,
            version=held.version + 1,
            data={"user_id": str(self.user_id)},
        )


def open_session(user_id: UUID, organization_id: UUID, client: Client, settings: CoreSettings) -> tuple[Session, str]:
    """A new session and its first refresh token; publishes as below."""
    opened = begin_session(user_id, organization_id, client, settings, lifetime=settings.jwt_refresh_token_ttl)
    token = new_refresh_token()
    RefreshToken.objects.create(hash=hash_of(token), session=opened, generation=0)
    return opened, token


def begin_session(
    user_id: UUID, organization_id: UUID, client: Client, settings: CoreSettings, *, lifetime: timedelta
) -> Session:
    """A new session that no token continues: it ends after its lifetime at the latest.

    Publishes `session.new_device` where the user's device is one.
    """
    sessions = Session.objects.filter(user_id=user_id).order_by("-created_at")
    known = list(sessions.values_list("device", flat=True)[:KNOWN_SESSIONS])
    opened = Session.objects.create(
        user_id=user_id,
        expires_at=datetime.now(UTC) + lifetime,
        device=device_name(client.device),
        ip=client.address,
        key_id=id_of(derived_keys(settings, "refresh tokens")[0]),
    )
    if is_new_device(opened.device, known):
        publish(new_device_event(opened, organization_id))
    return opened


def remember_change(event: Event) -> None:
    """Handle `session.revoked` and `session.bumped`: write the version into Redis, however often it takes."""
    user_id, is_revoked = UUID(str(event.data["user_id"])), event.name == REVOKED
    the_gate().remember(user_id, event.resource_id, event.version, is_revoked=is_revoked)


def _tell_redis(events: list[Event]) -> None:
    for event in events:
        with suppress(StoreError):  # the event is repeated until Redis has it
            remember_change(event)
