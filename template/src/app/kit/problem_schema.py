"""Problem documents as an OpenAPI document shows them (template-owned; RFC 9457)."""

from typing import Any

from pydantic import BaseModel, Field

from app.kit import problems as kinds
from app.kit.problems import MEDIA_TYPE, ProblemType

_SECONDS = {"type": "integer", "minimum": 1}
_RETRY = {"Retry-After": {"description": "Seconds to wait", "required": True, "schema": _SECONDS}}
_CHALLENGE = {"WWW-Authenticate": {"description": "How to log in", "required": True, "schema": {"type": "string"}}}
_HEADERS = {401: _CHALLENGE, 429: _RETRY, 503: _RETRY}
_ALWAYS = (kinds.INVALID, kinds.TOO_MANY_REQUESTS, kinds.INTERNAL, kinds.UNAVAILABLE)
_WITH_BODY = (kinds.MALFORMED, kinds.TOO_LATE, kinds.TOO_LARGE, kinds.UNSUPPORTED_MEDIA_TYPE)


class ProblemField(BaseModel):
    """One wrong value of a request."""

    pointer: str = Field(description="`/body/…`, `/query/<name>` or `/header/<name>`")
    message: str


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = Field(description="`urn:problem:<slug>`")
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[ProblemField] = Field(default=[], description="With 422: what to change")


def problem_schemas() -> dict[str, Any]:
    """The schemas `Problem` and `ProblemField`."""
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions: dict[str, Any] = problem.pop("$defs")
    return definitions | {"Problem": problem}


def documented(*types: ProblemType) -> dict[int | str, dict[str, Any]]:
    """The responses of an operation that may answer with these problems."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        kind.status: {
            "description": kind.title,
            **({"headers": _HEADERS[kind.status]} if kind.status in _HEADERS else {}),
            "content": content,
        }
        for kind in types
    }


def shared_problems(access: str, *, has_body: bool) -> tuple[ProblemType, ...]:
    """What every operation may answer, by the access that it declares: one that is not public asks for a token."""
    refusals: tuple[ProblemType, ...] = (kinds.UNAUTHENTICATED, kinds.FORBIDDEN)
    if access == "public":
        refusals = ()
    elif access == "authenticated":
        refusals = (kinds.UNAUTHENTICATED,)
    return (*_ALWAYS, *(_WITH_BODY if has_body else ()), *refusals)
