"""The views of the API: each method is an operation, which says who may use it (template-owned; contract, "Order")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from django.http.response import HttpResponseBase
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import MethodNotAllowed, ValidationError
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from app.apps.rest.parsers import StrictJsonParser
from app.apps.rest.problems import invalid_fields
from app.domain.operations import Access, AccessError, declared_access
from app.kit.faults import UNKNOWN_FIELD, invalid_request, pointer_of

F = TypeVar("F", bound=Callable[..., HttpResponseBase])
Serializer = type[BaseSerializer[Any]]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Operation:
    """What one method of a path declares.

    `name` is the `operationId`, `extra` what `needs(…)` or `open_to(…)` give, `query` and `body` are the serializers of
    what comes in, `reply` that of what goes out with `status`, `answers` the problems of its own (`documented(…)`),
    `headers` the names of those that it reads (`If-Match`, `Idempotency-Key`).
    """

    name: str
    extra: Mapping[str, Any]
    access: Access
    query: Serializer | None = None
    body: Serializer | None = None
    reply: Serializer | None = None
    status: int = 200
    answers: Mapping[int | str, Any] | None = None
    headers: tuple[str, ...] = ()

    @cached_property
    def query_validator(self) -> BaseSerializer[Any] | None:
        # Made once: to validate changes nothing in it, and to make one copies all of its fields.
        return self.query() if self.query else None

    @cached_property
    def body_validator(self) -> BaseSerializer[Any] | None:
        return self.body() if self.body else None


def operation(name: str, extra: dict[str, Any], **declared: Any) -> Callable[[F], F]:
    """Declare a method of an `OperationView`: `@operation("read_user", needs("users:read"), reply=UserBody)`.

    Raises:
        AccessError: `extra` says nothing, or no permission of the grammar.
    """
    made = Operation(name, extra, declared_access(name, extra), **declared)

    def mark(method: F) -> F:
        method.operation = made  # type: ignore[attr-defined]
        return method

    return mark


class OperationView(APIView):
    """Answers 405, 429, 401, 403, 413, 415, 400 and 422 in this order before the method is called.

    Raises:
        AccessError: when a subclass has a method that is no `@operation`.
    """

    operations: ClassVar[Mapping[str, Operation]] = {}
    # The method's, for throttle and permission; the body as it was sent; what the body and the query hold.
    access: Access
    document: Any = None
    body: Any = None
    query: Any = None

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        found = {method: getattr(cls, method.lower()) for method in METHODS if hasattr(cls, method.lower())}
        for method, function in found.items():
            if not hasattr(function, "operation"):
                raise AccessError(
                    f"{cls.__name__}.{method.lower()}: say who may use it, as in "
                    '@operation("read_user", needs("users:read"))'
                )
        cls.operations = {method: function.operation for method, function in found.items()}

    @property
    def allowed_methods(self) -> list[str]:
        """For the Allow header: HEAD and OPTIONS are none."""
        return [method for method in METHODS if method in self.operations]

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {}

    def get_authenticators(self) -> list[BaseAuthentication]:
        """None for an operation that is open to anybody: a token that is no good there does no harm."""
        made = self.operations.get(str(self.request.method)) if getattr(self, "request", None) else None
        return [] if made and made.access.is_public else super().get_authenticators()

    def initial(self, request: Request, *_: Any, **__: Any) -> None:
        """Let the request in, in the contract's order, then read what it holds."""
        made = self.operations.get(str(request.method))
        if made is None:
            raise MethodNotAllowed(str(request.method))
        self.access = made.access
        self.check_throttles(request)
        self.perform_authentication(request)
        self.check_permissions(request)
        self.document = self._document(request) if made.body else None
        self.query = _query(made, request)
        self.body = _valid(made.body_validator, self.document, "/body") if made.body_validator else None

    def _document(self, request: Request) -> Any:
        context = {"request": request}
        return StrictJsonParser().parse(media_type=request.META.get("CONTENT_TYPE"), parser_context=context)


def _query(made: Operation, request: Request) -> Any:
    # Of a parameter that stands twice the last one counts.
    given = request.query_params.dict()
    if made.query_validator is not None:
        return _valid(made.query_validator, given, "/query")
    if given:
        raise invalid_request((pointer_of(["query", name]), UNKNOWN_FIELD) for name in given)
    return None


def _valid(serializer: BaseSerializer[Any], given: Any, root: str) -> Any:
    try:
        # Not `is_valid()`, which would give a body that is no object a field of its own.
        return serializer.run_validation(given)
    except ValidationError as error:
        raise invalid_fields(error, root) from None
