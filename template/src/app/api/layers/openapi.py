"""The OpenAPI document: FastAPI's own, with the answers that every operation shares (template-owned)."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.access import PERMISSION
from app.api.layers.problems import Problem, documented
from app.kit import problems as kinds
from app.kit.problems import ProblemType
from app.kit.service import this_service

_ALWAYS = (kinds.INVALID, kinds.TOO_MANY_REQUESTS, kinds.INTERNAL, kinds.UNAVAILABLE)
_WITH_BODY = (kinds.MALFORMED, kinds.TOO_LATE, kinds.TOO_LARGE, kinds.UNSUPPORTED_MEDIA_TYPE)
BEARER = "bearer"
_SCHEME = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "From POST /auth/login"}
_PROBLEM_SCHEMAS = ("HTTPValidationError", "ValidationError")  # FastAPI's own, which nothing here answers with


def describe(app: FastAPI) -> None:
    """Make `app.openapi()` answer with our document, made once."""

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=this_service().name, version="1.0.0", routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _PROBLEM_SCHEMAS:
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    document["components"]["securitySchemes"] = {BEARER: _SCHEME}
    for path, operations in document["paths"].items():
        if path.startswith("/api/"):
            for method, operation in operations.items():
                _add_shared_answers(operation)
                _tighten_parameters(operation)
                if method == "patch":
                    _add_merge_patch(operation, schemas)
    return document


def _refusals(operation: dict[str, Any]) -> tuple[ProblemType, ...]:
    """What the declared access may answer; an operation that is not public asks for a token."""
    if operation[PERMISSION] == "public":
        return ()
    operation["security"] = [{BEARER: []}]
    if operation[PERMISSION] == "authenticated":
        return (kinds.UNAUTHENTICATED,)
    return (kinds.UNAUTHENTICATED, kinds.FORBIDDEN)


def _add_merge_patch(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    content = operation["requestBody"]["content"]
    content["application/merge-patch+json"] = content["application/json"]
    # What a patch leaves out stays as it is: a default would be sent by whoever fills them in.
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    for field in schemas[name]["properties"].values():
        field.pop("default", None)


def _tighten_parameters(operation: dict[str, Any]) -> None:
    """A parameter is left out, but never null; and without If-Match, 428 is all that an operation answers."""
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        choices = [choice for choice in schema.pop("anyOf", ()) if choice != {"type": "null"}]
        if choices:
            schema |= choices[0] if len(choices) == 1 else {"anyOf": choices}
        parameter["required"] = parameter["required"] or parameter["name"] == "If-Match"


def _add_shared_answers(operation: dict[str, Any]) -> None:
    shared = (*_ALWAYS, *(_WITH_BODY if "requestBody" in operation else ()), *_refusals(operation))
    answers = operation["responses"] | {str(k): v for k, v in documented(*shared).items()}
    operation["responses"] = dict(sorted(answers.items()))
