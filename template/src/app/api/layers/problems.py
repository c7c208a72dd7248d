"""Every error as a problem document (template-owned; RFC 9457)."""

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from app.kit import problems as kinds
from app.kit.faults import MOST_ERRORS, fault_message, invalid_request, pointer_of
from app.kit.logs import current_request
from app.kit.problems import MEDIA_TYPE, ProblemError, problem_document

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_BY_STATUS = {404: kinds.NOT_FOUND, 405: kinds.METHOD_NOT_ALLOWED}
_DETAILS = {404: "No such path, or nothing with this id that you may see.", 405: "See the Allow header."}


def problem_response(error: ProblemError, path: str) -> Response:
    """The reply for `error`, raised while `path` was asked for."""
    record = current_request.get()
    document = problem_document(error, instance=path, request_id=record.id if record else "")
    # A path may hold bytes that were no UTF-8: they must not make the error fail.
    body = orjson.dumps(document | {"instance": path.encode("utf-8", "replace").decode()})
    return Response(body, error.kind.status, headers=error.headers, media_type=MEDIA_TYPE)


def handle_problems(app: FastAPI) -> None:
    """Answer our own errors and the framework's alike."""

    @app.exception_handler(ProblemError)
    def _ours(request: Request, error: ProblemError) -> Response:
        return problem_response(error, request.url.path)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        return problem_response(as_problem(error), request.url.path)

    @app.exception_handler(HTTPException)
    def _framework(request: Request, error: HTTPException) -> Response:
        kind = _BY_STATUS.get(error.status_code, kinds.MALFORMED)
        headers = {"Allow": _allowed(request)} if kind.status == 405 else error.headers
        problem = ProblemError(kind, _DETAILS.get(kind.status, "The request can't be read."), headers=headers)
        return problem_response(problem, request.url.path)

    @app.exception_handler(ClientDisconnect)
    def _left(_: Request, __: ClientDisconnect) -> Response:
        # Nobody reads this answer; the status is for logs and metrics, and it is no failure of ours.
        return Response(status_code=499)

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, _: Exception) -> Response:
        # Starlette raises the exception again after this answer: the layer around everything logs it.
        detail = "The failure has been logged under the request's id."
        return problem_response(ProblemError(kinds.INTERNAL, detail), request.url.path)


def _allowed(request: Request) -> str:
    """Every method of the path: Starlette names only those of the first route that has it."""
    routes = request.app.router.routes
    found = (m for m in _METHODS if any(r.matches({**request.scope, "method": m})[0] is Match.FULL for r in routes))
    return ", ".join(found)


def as_problem(error: RequestValidationError) -> ProblemError:
    """What pydantic found wrong, without the values: 422."""
    faults = error.errors()[:MOST_ERRORS]
    return invalid_request((pointer_of(fault["loc"]), fault_message(fault)) for fault in faults)
