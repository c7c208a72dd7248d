"""What registration, log-in and refresh have to say (template-owned; contract, "Tokens")."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from app.domain.access import PERMISSIONS
from app.kit.settings import CoreSettings
from app.kit.tokens import issue_access_token

REFUSED_LOG_IN = "The e-mail address or the password is wrong, or the account is not active."
REFUSED_REFRESH = "The refresh token is used, ended or none of ours; log in again."
# From an address that an account was used from since then, nobody can lock its owner out.
USUAL = timedelta(days=30)


class Member(Protocol):
    """A user, as far as a token tells."""

    @property
    def id(self) -> UUID: ...

    @property
    def organization_id(self) -> UUID: ...

    @property
    def role(self) -> str: ...


class OpenSession(Protocol):
    """A session, as far as a token tells."""

    @property
    def id(self) -> UUID: ...

    @property
    def version(self) -> int: ...

    @property
    def expires_at(self) -> datetime: ...


def make_tokens(opened: OpenSession, user: Member, refresh_token: str, settings: CoreSettings) -> dict[str, Any]:
    """The reply of log-in and refresh: what `Tokens` declares."""
    now = datetime.now(UTC)
    claims = {
        "sub": str(user.id),
        "org": str(user.organization_id),
        "roles": [user.role],
        "sid": str(opened.id),
        "sv": opened.version,
    }
    left = opened.expires_at - now
    life = min(settings.jwt_access_token_ttl, left)
    permissions = PERMISSIONS[user.role]
    return {
        "access_token": issue_access_token(settings, claims, permissions=permissions, now=now, life=life),
        "token_type": "Bearer",
        "expires_in": int(life.total_seconds()),
        "refresh_token": refresh_token,
        "refresh_expires_in": int(left.total_seconds()),
    }


def known_words(email: str, name: str, organization_name: str | None = None) -> tuple[str, ...]:
    """What an attacker would try first as the password of this account."""
    return (email, email.partition("@")[0], name, organization_name or "")
