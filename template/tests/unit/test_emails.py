"""E-mail addresses as they are stored (template-owned)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.emails import normalize_email


@pytest.mark.parametrize(
    ("given_text", "stored"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada@Example.ORG\r\n", "ada@example.org"),
        ("jose\u0301@example.org", "jos\u00e9@example.org"),
        ("ADA+Tag@sub.example.org", "ada+tag@sub.example.org"),
        ("ada@B\u00dcCHER.example", "ada@b\u00fccher.example"),
        ("ada@xn--bcher-kva.example", "ada@b\u00fccher.example"),
    ],
)
def test_an_address_has_one_form(given_text: str, stored: str) -> None:
    assert normalize_email(given_text) == stored
    assert normalize_email(stored) == stored


@pytest.mark.parametrize("text", ["", "ada", "a@b@c.org", "Ada <ada@example.org>", "ada@example.org\x00", "a@[::1]"])
def test_what_is_no_address_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ValueError, match=r"^must be an e-mail address$") as caught:
        normalize_email(text)
    assert caught.value.__cause__ is None


@given(st.text(max_size=30) | st.from_regex(r"\A\s?[^\s@]{1,9}@[^\s@]{1,9}\.[a-z]{2,4}\Z"))
def test_any_text_is_an_address_of_one_form_or_refused(text: str) -> None:
    try:
        stored = normalize_email(text)
    except ValueError:
        return
    assert normalize_email(stored) == stored
