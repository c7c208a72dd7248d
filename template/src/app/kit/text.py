"""Text that people send (template-owned)."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain the character NUL")
    return value


Text = Annotated[str, AfterValidator(_without_nul)]
"""Any text but NUL, which PostgreSQL can't store."""


Name = Annotated[Text, Field(min_length=1, max_length=200)]
"""What people call something."""
