"""Text that people send (template-owned)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.kit.text import Text

TEXT: TypeAdapter[str] = TypeAdapter(Text)
CLEAN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(CLEAN)
def test_any_text_without_nul_stays_as_it_is(text: str) -> None:
    assert TEXT.validate_python(text) == text


@given(CLEAN, CLEAN)
def test_nul_is_refused_wherever_it_stands(before: str, after: str) -> None:
    with pytest.raises(ValidationError, match="must not contain the character NUL"):
        TEXT.validate_python(f"{before}\x00{after}")


def test_the_schema_says_so_too() -> None:
    assert TEXT.json_schema() == {"type": "string", "pattern": "^[^\\u0000]*$"}
