"""Refresh tokens: opaque, each derived from the one before (template-owned; contract, "Tokens"; RFC 9700).

A child is the same whenever it is derived, so that a client that lost the answer gets that answer again.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

_BYTES = 32


def new_refresh_token() -> str:
    """The first token of a family: 256 random bits."""
    return _text(secrets.token_bytes(_BYTES))


def child_of(parent: str, *, family: UUID, generation: int, key: bytes) -> str:
    """The token of `generation` that follows `parent`: HMAC-SHA-256(key, parent ‖ family ‖ generation)."""
    message = _bytes(parent) + family.bytes + generation.to_bytes(4, "big")
    return _text(hmac.digest(key, message, "sha256"))


def hash_of(token: str) -> bytes:
    """What is stored of a token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def id_of(key: bytes) -> str:
    """A name for a derivation key that tells nothing of it."""
    return hashlib.sha256(b"refresh token key id" + key).hexdigest()[:16]


def _text(token: bytes) -> str:
    return urlsafe_b64encode(token).rstrip(b"=").decode()


def _bytes(token: str) -> bytes:
    return urlsafe_b64decode(token + "=" * (-len(token) % 4))
