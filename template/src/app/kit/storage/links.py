"""Signed links of the embedded store: what S3's presigned URLs are, made by the service itself (template-owned).

A link is good for one method on one object until it expires; the bytes must be those that it was made for.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final, Literal

import orjson

from app.kit.problems import FORBIDDEN, ProblemError

PURPOSE: Final = "storage links"
# Below the paths of the API's version.
SERVED_AT: Final = "/storage/object"
LONGEST_TOKEN: Final = 4096
_MAC_BYTES: Final = 32


@dataclass(frozen=True)
class Grant:
    """What a link allows: `PUT` of `size` bytes of `content_type` at `key`, or `GET` of them, as `name`."""

    method: Literal["PUT", "GET"]
    key: str
    size: int
    content_type: str
    expires: float
    name: str = ""


def sign(grant: Grant, keys: Sequence[bytes]) -> str:
    """The token of a link."""
    payload = orjson.dumps(asdict(grant))
    return urlsafe_b64encode(_mac(keys[0], payload) + payload).rstrip(b"=").decode()


def read_grant(token: str, method: str, keys: Sequence[bytes]) -> Grant:
    """What the token of a link allows at this moment.

    Raises:
        ProblemError: 403 where it is none of ours, was made for another method, or has expired.
    """
    try:
        data = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except ValueError:
        raise _refused() from None
    mac, payload = data[:_MAC_BYTES], data[_MAC_BYTES:]
    if not any(hmac.compare_digest(mac, _mac(key, payload)) for key in keys):
        raise _refused()
    grant = Grant(**orjson.loads(payload))
    if grant.method != method or grant.expires < datetime.now(UTC).timestamp():
        raise _refused()
    return grant


def _mac(key: bytes, payload: bytes) -> bytes:
    return hmac.digest(key, payload, "sha256")


def _refused() -> ProblemError:
    return ProblemError(FORBIDDEN, "This link is not good, or no longer: ask for another.")
