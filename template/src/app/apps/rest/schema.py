"""How drf-spectacular reads a view: what its `Operation` declares (template-owned)."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema

from app.apps.rest.operations import Operation
from app.kit.bodies import JSON_TYPES, PATCH_TYPES
from app.kit.docs_page import BEARER
from app.kit.idempotency import KEY_PATTERN, LONGEST_KEY
from app.kit.problem_schema import documented, problem_schemas, shared_problems
from app.kit.service import this_service

_HEADERS = {
    "If-Match": (True, {"type": "string"}, "The ETag that you read, or *"),
    "Idempotency-Key": (
        False,
        {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": KEY_PATTERN},
        "Repeats with this key get the first answer, for 24 hours",
    ),
}
_SCHEME = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "From POST /auth/login"}


class OperationSchema(AutoSchema):
    """One operation of the document."""

    def get_operation_id(self) -> str:
        made = self._operation
        return made.name if made else str(getattr(self.view, "operation_id", ""))

    def is_excluded(self) -> bool:
        """Pages and probes that name themselves are in the document, others are not."""
        return self._operation is None and getattr(self.view, "operation_id", None) is None

    def get_description(self) -> str:  # type: ignore[override]
        """The method's own words, or the view's."""
        method = getattr(self.view, str(self.method).lower())
        return str(method.__doc__ or self.view.__doc__ or "").strip()

    def get_summary(self) -> str:
        """The operation's name in words."""
        return self.get_operation_id().replace("_", " ").title()

    def get_tags(self) -> list[str]:
        """The noun of the path."""
        given = getattr(self.view, "tags", None)
        return list(given) if given else [self.path.removeprefix("/api/").split("/")[1 if self._operation else 0]]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """The token, unless the operation is open to anybody."""
        made = self._operation
        return [{BEARER: []}] if made and not made.access.is_public else []

    def get_extensions(self) -> dict[str, Any]:
        """`x-permission` and `x-rate-limit`."""
        return dict(self._operation.extra) if self._operation else {}

    def get_request_serializer(self) -> Any:
        return self._operation.body if self._operation else None

    def map_parsers(self) -> list[str]:
        """The kinds of body that are taken."""
        return list(PATCH_TYPES if self.method == "PATCH" else JSON_TYPES)

    def get_response_serializers(self) -> Any:
        made = self._operation
        if made is None:
            return getattr(self.view, "replies", {})
        return {made.status: made.reply}

    def get_override_parameters(self) -> list[Any]:
        """What the query holds, and the headers that are read."""
        made = self._operation
        query: list[Any] = [made.query] if made and made.query else []
        return query

    def get_operation(self, *arguments: Any) -> dict[str, Any] | None:
        """The whole of it, with the problems that it may answer."""
        found: dict[str, Any] | None = super().get_operation(*arguments)
        made = self._operation
        for status, answer in (found or {}).get("responses", {}).items():
            if status.startswith("2"):
                answer["description"] = "Successful Response"
        if found is None or made is None:
            return found
        if parameters := [*found.get("parameters", ()), *(_header(name) for name in made.headers)]:
            found["parameters"] = parameters
        if "requestBody" in found:
            # A patch may leave out every field, but not the body.
            found["requestBody"]["required"] = True
        word = "public" if made.access.is_public else "authenticated" if made.access.permission is None else ""
        shared = documented(*shared_problems(word, has_body=made.body is not None))
        answers = found["responses"] | {str(k): v for k, v in ({**(made.answers or {})} | shared).items()}
        found["responses"] = dict(sorted(answers.items()))
        return found

    @property
    def _operation(self) -> Operation | None:
        found: Operation | None = getattr(self.view, "operations", {}).get(str(self.method).upper())
        return found


class _TypedSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A `Typed` field."""

    target_class = "app.apps.rest.serializers.Typed"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.target.schema(is_reply=direction == "response")
        return found


class _StrictSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """What comes in holds no other fields."""

    target_class = "app.apps.rest.serializers.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        found: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return found | {"additionalProperties": False}


def finish_document(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What no operation says by itself: problems, the token, the service's name."""
    components = result.setdefault("components", {})
    components["schemas"] = dict(sorted((components.get("schemas", {}) | problem_schemas()).items()))
    components["securitySchemes"] = {BEARER: _SCHEME}
    result["info"] = {"title": this_service().name, "version": "1.0.0"}
    return result


def _header(name: str) -> dict[str, Any]:
    is_required, schema, description = _HEADERS[name]
    return {"name": name, "in": "header", "required": is_required, "description": description, "schema": schema}
