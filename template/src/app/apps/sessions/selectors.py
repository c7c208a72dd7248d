"""The list of a user's sessions, and whether one stands (template-owned; contract, "/auth/sessions")."""

from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now

from app.apps.postgres.reads import read
from app.apps.sessions.models import Session
from app.domain.caller import Caller

_COLUMNS = ("id", "created_at", "last_used_at", "device", "ip", "current")


def is_standing(session_id: UUID, version: int) -> bool:
    """Whether the session goes on as it was at this version: neither ended nor changed since; PostgreSQL is asked."""
    rows = Session.objects.filter(id=session_id, version=version, revoked_at__isnull=True, expires_at__gt=Now())
    return read(rows.exists)


def sessions_of(caller: Caller) -> "QuerySet[Session, dict[str, Any]]":
    """The caller's own that are good for refreshing; `current` is the one that asks."""
    is_current = ExpressionWrapper(Q(id=caller.session_id), output_field=BooleanField())
    rows = Session.objects.filter(user_id=caller.user_id, revoked_at__isnull=True, expires_at__gt=Now())
    found: QuerySet[Session, dict[str, Any]] = rows.annotate(current=is_current).values(*_COLUMNS)
    return found
