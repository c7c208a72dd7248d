"""Text that people send (template-owned)."""

from typing import Annotated

from pydantic import AfterValidator


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain the character NUL")
    return value


Text = Annotated[str, AfterValidator(_without_nul)]
"""Any text but NUL, which PostgreSQL can't store."""
