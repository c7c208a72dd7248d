"""Access tokens: RS256, every claim required and checked (template-owned; contract, "Tokens"; RFC 8725, RFC 9068)."""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from app.kit.settings import CoreSettings
from app.kit.signing_keys import signing_key, verifying_keys

ALGORITHM = "RS256"
TYPE = "at+jwt"
LEEWAY = timedelta(seconds=30)
_CLAIMS = ("sub", "org", "roles", "permissions", "iat", "exp", "jti", "iss", "aud", "sid", "sv")
_LONGEST_TOKEN = 8192
_MOST_REMEMBERED = 10_000
_SECONDS_BETWEEN_LOOKS = 1.0


class TokenError(Exception):
    """The token is not one of ours, or no longer; the text says why, for logs alone."""


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What a checked token says; `expires_at` in seconds since 1970."""

    user_id: UUID
    organization_id: UUID
    role: str
    session_id: UUID
    session_version: int
    expires_at: int


def issue_access_token(
    settings: CoreSettings, claims: Mapping[str, Any], *, permissions: tuple[str, ...], now: datetime, life: timedelta
) -> str:
    """Sign a token; `claims` are `sub`, `org`, `roles`, `sid`, `sv`, and the rest is filled in."""
    signer = signing_key(settings)
    issued = int(now.timestamp())
    payload = {
        **claims,
        "permissions": list(permissions),
        "iat": issued,
        "exp": issued + int(life.total_seconds()),
        "jti": str(uuid4()),
        "iss": settings.issuer,
        "aud": settings.audience,
    }
    return jwt.encode(payload, signer.key, ALGORITHM, headers={"kid": signer.id, "typ": TYPE})


class TokenVerifier:
    """Checks tokens, and remembers those that it has checked: a signature costs twenty times a look-up.

    What is remembered is bounded, holds no token, and is forgotten within a second of the keys' change.
    """

    def __init__(self, settings: CoreSettings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._looks_again = 0.0
        self._known = _Known({}, {})
        # Threads may share one.
        self._lock = Lock()

    def verify(self, token: str) -> AccessClaims:
        """The claims of a token that is ours and in time.

        Raises:
            TokenError: it is not.
        """
        fingerprint = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._followed(at_once=fingerprint not in self._known.tokens)
        claims = known.tokens.get(fingerprint)
        if claims is None:
            claims = _claims(_decode(token, known.keys, self._settings))
            self._remember(known, fingerprint, claims)
        elif claims.expires_at + LEEWAY.total_seconds() <= time.time():
            known.tokens.pop(fingerprint, None)
            raise TokenError("expired")
        return claims

    def _remember(self, known: "_Known", fingerprint: bytes, claims: AccessClaims) -> None:
        with self._lock:
            if len(known.tokens) >= _MOST_REMEMBERED:
                del known.tokens[next(iter(known.tokens))]
            known.tokens[fingerprint] = claims

    def _followed(self, *, at_once: bool) -> "_Known":
        """What is known by the keys of now."""
        # Not at every token: to look at the file costs twice as much as to know a token again.
        if self._clock() < self._looks_again and not at_once:
            return self._known
        with self._lock:
            keys = verifying_keys(self._settings)
            self._looks_again = self._clock() + _SECONDS_BETWEEN_LOOKS
            if keys is not self._known.keys:
                self._known = _Known(keys, {})
            return self._known


@dataclass(frozen=True, slots=True)
class _Known:
    """Keys, and the tokens that they signed: one thing, so that no thread keeps a token of keys that have gone."""

    keys: Mapping[str, RSAPublicKey]
    tokens: dict[bytes, AccessClaims]


def _decode(token: str, keys: Mapping[str, RSAPublicKey], settings: CoreSettings) -> dict[str, Any]:
    if len(token) > _LONGEST_TOKEN:
        raise TokenError("too long")
    try:
        header = jwt.get_unverified_header(token)
        # The key comes from our own list by its id alone: whatever else the header names is not looked at.
        key = keys.get(str(header.get("kid")))
        if key is None or header.get("typ") != TYPE or "crit" in header:
            raise TokenError("foreign key or type")
        return jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=settings.audience,
            issuer=settings.issuer,
            leeway=LEEWAY,
            options={"require": list(_CLAIMS), "strict_aud": True},
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise TokenError(type(error).__name__) from None


def _claims(payload: Mapping[str, Any]) -> AccessClaims:
    try:
        roles, permissions, version = payload["roles"], payload["permissions"], payload["sv"]
        if not (_are_texts(roles) and _are_texts(permissions)) or type(version) is not int:
            raise TypeError
        (role,) = roles
        ids = [UUID(payload[name]) for name in ("sub", "org", "sid")]
    except (ValueError, TypeError, AttributeError):
        raise TokenError("a claim of another shape") from None
    return AccessClaims(ids[0], ids[1], role, ids[2], version, int(payload["exp"]))


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
