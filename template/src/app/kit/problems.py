"""Errors as RFC 9457 problem documents: the one list of types, and the exception that carries one (template-owned)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class ProblemType:
    """One kind of error; its `type` member is `urn:problem:<slug>`."""

    slug: str
    status: int
    title: str


MALFORMED = ProblemType("malformed-request", 400, "The request can't be read")
UNKNOWN_HOST = ProblemType("unknown-host", 400, "This host name is not served here")
UNAUTHENTICATED = ProblemType("unauthenticated", 401, "Log in first")
FORBIDDEN = ProblemType("forbidden", 403, "You may not do this")
NOT_FOUND = ProblemType("not-found", 404, "There is nothing here")
METHOD_NOT_ALLOWED = ProblemType("method-not-allowed", 405, "This path has no such method")
TOO_LATE = ProblemType("request-too-late", 408, "The request did not arrive in time")
CONFLICT = ProblemType("conflict", 409, "The state of the resource does not allow this")
IN_PROGRESS = ProblemType("request-in-progress", 409, "The same request is being worked on")
VERSION_MISMATCH = ProblemType("version-mismatch", 412, "The resource has changed since you read it")
TOO_LARGE = ProblemType("body-too-large", 413, "The body is too large")
UNSUPPORTED_MEDIA_TYPE = ProblemType("unsupported-media-type", 415, "Send another Content-Type")
INVALID = ProblemType("invalid-request", 422, "The request is readable but wrong")
VERSION_REQUIRED = ProblemType("version-required", 428, "Say which version you mean with If-Match")
TOO_MANY_REQUESTS = ProblemType("too-many-requests", 429, "Slow down")
INTERNAL = ProblemType("internal-error", 500, "The service failed")
UNAVAILABLE = ProblemType("unavailable", 503, "A server that this needs does not answer")
TIMED_OUT = ProblemType("timed-out", 503, "The request took too long")


@dataclass(frozen=True)
class FieldError:
    """One wrong value: `pointer` is `/body/…`, `/query/<name>` or `/header/<name>`; never the value itself."""

    pointer: str
    message: str


class ProblemError(Exception):
    """Raise it anywhere while a request is handled: the reply is its problem document."""

    def __init__(
        self,
        kind: ProblemType,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def problem_document(error: ProblemError, *, instance: str, request_id: str) -> dict[str, Any]:
    """The members of RFC 9457 and ours: `request_id`, and `errors` for 422."""
    document: dict[str, Any] = {
        "type": f"urn:problem:{error.kind.slug}",
        "title": error.kind.title,
        "status": error.kind.status,
        "detail": error.detail,
        "instance": instance,
        "request_id": request_id,
    }
    if error.errors:
        document["errors"] = [{"pointer": e.pointer, "message": e.message} for e in error.errors]
    return document


def invalid(pointer: str, message: str) -> ProblemError:
    """A 422 about one value."""
    return ProblemError(INVALID, "See errors for what to change.", errors=[FieldError(pointer, message)])


def too_many(seconds: int) -> ProblemError:
    """A 429 that asks the caller to come back in `seconds`."""
    return ProblemError(
        TOO_MANY_REQUESTS, "Too many requests; see Retry-After.", headers={"Retry-After": str(max(1, seconds))}
    )


def unauthenticated(detail: str = "Send a valid access token; log in or refresh to get one.") -> ProblemError:
    """A 401 with the challenge that RFC 9110 asks for."""
    return ProblemError(UNAUTHENTICATED, detail, headers={"WWW-Authenticate": "Bearer"})


def timed_out() -> ProblemError:
    """A 503 about a request that took longer than REQUEST_TIMEOUT."""
    return ProblemError(TIMED_OUT, "Nothing was answered in time; try again.", headers={"Retry-After": "5"})


def unavailable(server: str, *, seconds: int = 5) -> ProblemError:
    """A 503 about a server that does not answer; asks the caller to come back in `seconds`."""
    return ProblemError(
        UNAVAILABLE, f"{server} does not answer; try again soon.", headers={"Retry-After": str(seconds)}
    )
