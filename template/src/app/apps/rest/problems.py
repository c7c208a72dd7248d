"""Every error as a problem document (template-owned; RFC 9457)."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.core.exceptions import BadRequest, PermissionDenied, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.exceptions import APIException, ErrorDetail

from app.apps.postgres.errors import as_problem as as_database_problem
from app.domain.access import not_found
from app.kit import problems as kinds
from app.kit.faults import invalid_request, pointer_of
from app.kit.logs import current_request
from app.kit.problems import MEDIA_TYPE, ProblemError, ProblemType, invalid, problem_document

_CLIENT_LEFT = 499
_KINDS: dict[type[Exception], ProblemType] = {
    exceptions.NotAuthenticated: kinds.UNAUTHENTICATED,
    exceptions.AuthenticationFailed: kinds.UNAUTHENTICATED,
    exceptions.PermissionDenied: kinds.FORBIDDEN,
    PermissionDenied: kinds.FORBIDDEN,
    exceptions.MethodNotAllowed: kinds.METHOD_NOT_ALLOWED,
    exceptions.UnsupportedMediaType: kinds.UNSUPPORTED_MEDIA_TYPE,
    exceptions.ParseError: kinds.MALFORMED,
    BadRequest: kinds.MALFORMED,
}
_DETAILS = {403: "Your role does not allow this.", 405: "See the Allow header."}


def handle_exception(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Answer our own errors, the database's and the framework's alike; none for what nobody foresaw."""
    path = context["request"].path
    if isinstance(error, UnreadablePostError):
        # Nobody reads this answer; the status is for logs and metrics, and it is no failure of ours.
        return HttpResponse(status=_CLIENT_LEFT)
    problem = as_problem(error)
    if problem and problem.kind is kinds.METHOD_NOT_ALLOWED:
        problem.headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return problem_response(problem, path) if problem else None


def as_problem(error: Exception) -> ProblemError | None:
    """The problem that an exception stands for."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, exceptions.ValidationError):
        return invalid_fields(error, "/body")
    if isinstance(error, TooManyFieldsSent):
        # Of the query: the API takes no forms.
        return invalid("/query", "has too many parameters")
    if isinstance(error, (Http404, exceptions.NotFound)):
        return not_found()
    kind = next((kind for known, kind in _KINDS.items() if isinstance(error, known)), None)
    if kind is not None:
        return ProblemError(kind, _DETAILS.get(kind.status, "The request can't be read."), headers=_headers(error))
    return as_database_problem(error)


def invalid_fields(error: exceptions.ValidationError, root: str) -> ProblemError:
    """What serializers found wrong, without the values: 422; `root` is `/body` or `/query`."""
    return invalid_request(_flat(error.detail, root))


def problem_response(error: ProblemError, path: str) -> HttpResponse:
    """The reply for `error`, raised while `path` was asked for."""
    record = current_request.get()
    document = problem_document(error, instance=path, request_id=record.id if record else "")
    # A path may hold bytes that were no UTF-8: they must not make the error fail.
    body = orjson.dumps(document | {"instance": path.encode("utf-8", "replace").decode()})
    return HttpResponse(body, MEDIA_TYPE, error.kind.status, headers=error.headers)


def no_such_path(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What Django answers where no path matches."""
    return problem_response(not_found(), request.path)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What Django answers to a request that it refuses."""
    return problem_response(ProblemError(kinds.MALFORMED, "The request can't be read."), request.path)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What Django answers where something outside of the API is not allowed."""
    return problem_response(ProblemError(kinds.FORBIDDEN, _DETAILS[403]), request.path)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django answers to a form without its token, which another site may have sent."""
    detail = "The form has no valid token: load its page again, and send it with cookies allowed."
    return problem_response(ProblemError(kinds.FORBIDDEN, detail), request.path)


def _headers(error: Exception) -> dict[str, str]:
    if isinstance(error, APIException) and error.status_code == 401:
        return {"WWW-Authenticate": "Bearer"}
    return {}


def _flat(detail: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(detail, ErrorDetail):
        yield pointer, str(detail)
    elif isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, pointer + pointer_of([name]))
    else:
        for place, inner in enumerate(detail):
            is_message = isinstance(inner, ErrorDetail)
            yield from _flat(inner, pointer if is_message else f"{pointer}/{place}")
