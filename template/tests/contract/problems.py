"""What every error looks like, whichever part of the service made it (template-owned; RFC 9457)."""

from typing import Any
from uuid import UUID

from httpx2 import Response

SLUGS = {
    400: "malformed-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    412: "version-mismatch",
    413: "body-too-large",
    415: "unsupported-media-type",
    422: "invalid-request",
    428: "version-required",
    429: "too-many-requests",
    503: "unavailable",
}
LARGEST_PROBLEM = 16_384
"""Bytes; no honest problem document needs more, and one that echoes what it was sent soon does."""


def assert_problem(response: Response, status: int, *pointers: str, slug: str = "") -> dict[str, Any]:
    """Hold a reply against the contract's problem document; `pointers` are all that `errors` must name."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.content) <= LARGEST_PROBLEM
    document: dict[str, Any] = response.json()
    members = {"type", "title", "status", "detail", "instance", "request_id"}
    assert set(document) == (members | {"errors"} if status == 422 else members)
    assert document["type"] == f"urn:problem:{slug or SLUGS[status]}"
    assert document["status"] == status
    assert document["request_id"] == response.headers["x-request-id"] == str(UUID(document["request_id"]))
    for member in ("title", "detail", "instance"):
        assert isinstance(document[member], str)
        assert document[member]
    _assert_headers(response)
    _assert_errors(document.get("errors", []), pointers)
    return document


def _assert_errors(errors: list[dict[str, Any]], pointers: tuple[str, ...]) -> None:
    for error in errors:
        assert set(error) == {"pointer", "message"}
        assert isinstance(error["message"], str)
        assert error["message"]
    assert sorted({error["pointer"] for error in errors}) == sorted(pointers)


def _assert_headers(response: Response) -> None:
    assert response.headers.get("www-authenticate") == ("Bearer" if response.status_code == 401 else None)
    if response.status_code in (429, 503):
        assert int(response.headers["retry-after"]) >= 1
