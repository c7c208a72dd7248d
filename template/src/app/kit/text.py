"""Text that people send (template-owned)."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain the character NUL")
    return value


class _DocumentedPattern:
    """Says the same in the OpenAPI document; a pattern of the field itself would answer with the pattern."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": r"^[^\u0000]*$"}


Text = Annotated[str, AfterValidator(_without_nul), _DocumentedPattern()]
"""Any text but NUL, which PostgreSQL can't store."""


Name = Annotated[Text, Field(min_length=1, max_length=200)]
"""What people call something."""


Description = Annotated[Text, Field(max_length=5000)]
"""What people say about something."""
