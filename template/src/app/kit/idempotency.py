"""What a request with an Idempotency-Key may be told (template-owned; contract, "Idempotency-Key")."""

import hashlib
from datetime import timedelta
from typing import Any

import orjson

from app.kit.problems import IN_PROGRESS, ProblemError, invalid

LONGEST_KEY = 255
KEY_PATTERN = "^[!-~]+$"
POINTER = "/header/Idempotency-Key"
LOCK_TIMEOUT = "2s"
KEPT = timedelta(hours=24)
# Of the first answer, which a repeat gets again.
REPEATED_HEADERS = ("ETag", "Location")


def request_hash(document: Any) -> bytes:
    """The hash of a body, whatever the order of its members."""
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).digest()


def in_progress() -> ProblemError:
    """A 409: the first request is still being worked on."""
    return ProblemError(IN_PROGRESS, "A request with this key is not finished.", headers={"Retry-After": "1"})


def other_body() -> ProblemError:
    """A 422: the key came with another body before."""
    return invalid(POINTER, "was used with another body; send a new key")
