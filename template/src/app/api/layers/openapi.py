"""The OpenAPI document: FastAPI's own, with the answers that every operation shares (template-owned)."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.domain.operations import PERMISSION
from app.kit.docs_page import BEARER
from app.kit.problem_schema import documented, problem_schemas, shared_problems
from app.kit.service import this_service

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
    schemas |= problem_schemas()
    document["components"]["securitySchemes"] = {BEARER: _SCHEME}
    for path, operations in document["paths"].items():
        if path.startswith("/api/"):
            for method, operation in operations.items():
                _add_shared_answers(operation)
                _tighten_parameters(operation)
                if method == "patch":
                    _add_merge_patch(operation, schemas)
    return document


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
    access = operation[PERMISSION]
    if access != "public":
        operation["security"] = [{BEARER: []}]
    shared = shared_problems(access, has_body="requestBody" in operation)
    answers = operation["responses"] | {str(k): v for k, v in documented(*shared).items()}
    operation["responses"] = dict(sorted(answers.items()))
