"""Bases of bodies; nothing that comes in is coerced, trimmed or ignored (template-owned; contract, "HTTP", Errors)."""

import copy
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from pydantic import TypeAdapter
from pydantic import ValidationError as PydanticError
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from app.kit.faults import MISSING_FIELD, MOST_ERRORS, NO_OBJECT, UNKNOWN_FIELD, fault_message
from app.kit.times import Time


class Typed(serializers.Field[Any, Any, Any, Any]):
    """A field of a type of Python: those of `app.kit` say what texts, names, addresses and times may be.

    `name = Typed(Name)`; `limit = Typed(Annotated[int, Field(ge=1)], default=20, help_text="Items of one page")`. With
    `required=False` and no default a field that was not sent isn't in the validated data: that is for patches.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {"required": MISSING_FIELD}

    def __init__(self, kind: Any, **named: Any) -> None:
        super().__init__(**named)
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def __deepcopy__(self, _: dict[int, Any]) -> "Typed":
        # Each serializer has fields of its own; what they validate by is made once.
        return copy.copy(self)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Null is a value like any other."""
        return (False, None) if data is None else super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return self._adapter.validate_python(data)
        except PydanticError as error:
            faults = error.errors(include_url=False, include_context=False, include_input=False)
            raise ValidationError([fault_message(fault) for fault in faults]) from None

    def to_representation(self, value: Any) -> Any:
        return value

    def schema(self, *, is_reply: bool) -> dict[str, Any]:
        """The type as the OpenAPI document shows it."""
        return self._adapter.json_schema(mode="serialization" if is_reply else "validation")


class ResourceBody(serializers.Serializer[Any]):
    """What every reply of a resource begins with (contract, "HTTP")."""

    id = Typed(UUID)
    version = Typed(int)
    created_at = Typed(Time)
    updated_at = Typed(Time)
    deleted_at = Typed(Time | None)
    created_by = Typed(UUID | None)
    updated_by = Typed(UUID | None)


class StrictSerializer(serializers.Serializer[Any]):
    """The base of bodies and queries: what it has no field for is refused."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise ValidationError([NO_OBJECT])
        errors: dict[str, Any] = {}
        values: Any = {}
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:
            errors |= dict(error.detail)  # type: ignore[arg-type]
        unknown = [name for name in data if name not in self._names]
        errors |= {name: [UNKNOWN_FIELD] for name in unknown[:MOST_ERRORS]}
        if errors:
            raise ValidationError(errors)
        return values

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.fields)
