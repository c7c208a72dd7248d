"""The list of a user's sessions (template-owned; contract, "/auth/sessions")."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now

from app.apps.sessions.models import Session
from app.domain.caller import Caller

_COLUMNS = ("id", "created_at", "last_used_at", "device", "ip", "current")


def sessions_of(caller: Caller) -> "QuerySet[Session, dict[str, Any]]":
    """The caller's own that are good for refreshing; `current` is the one that asks."""
    is_current = ExpressionWrapper(Q(id=caller.session_id), output_field=BooleanField())
    rows = Session.objects.filter(user_id=caller.user_id, revoked_at__isnull=True, expires_at__gt=Now())
    found: QuerySet[Session, dict[str, Any]] = rows.annotate(current=is_current).values(*_COLUMNS)
    return found
