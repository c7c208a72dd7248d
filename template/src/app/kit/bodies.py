"""Bodies of requests: which kinds are taken, and how they read (template-owned; contract, "Order": 413, 415, 400)."""

from typing import Any

from app.kit.problems import MALFORMED, TOO_LARGE, TOO_LATE, UNSUPPORTED_MEDIA_TYPE, ProblemError
from app.kit.strict_json import parse_json

JSON_TYPES = ("application/json",)
PATCH_TYPES = ("application/json", "application/merge-patch+json")
# Of REQUEST_TIMEOUT. A slow client is no failure of ours, as the rest of the time is (503).
SHARE_OF_TIME = 0.8


def check_media_type(content_type: str, media_types: tuple[str, ...]) -> None:
    """Refuse a body of another kind, whatever its parameters.

    Raises:
        ProblemError: 415.
    """
    if content_type.partition(";")[0].strip().lower() not in media_types:
        raise ProblemError(UNSUPPORTED_MEDIA_TYPE, f"Send the body as {' or '.join(media_types)}.")


def parse_body(body: bytes) -> Any:
    """Read a body.

    Raises:
        ProblemError: 400.
    """
    try:
        return parse_json(body)
    except (ValueError, RecursionError):
        raise ProblemError(
            MALFORMED, "The body is not one JSON document of UTF-8 with unique keys and at most 64 levels."
        ) from None


def too_large(limit: int) -> ProblemError:
    """A 413."""
    return ProblemError(TOO_LARGE, f"A body may have {limit} bytes at most.")


def too_late() -> ProblemError:
    """A 408, after which nothing more is read of the connection."""
    return ProblemError(TOO_LATE, "The body did not arrive in time.", headers={"Connection": "close"})
