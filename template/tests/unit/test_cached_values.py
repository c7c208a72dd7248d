"""Values of the cache (template-owned)."""

import pytest

from app.kit.cached_values import a_lifetime, read_value


def test_a_value_is_a_json_object() -> None:
    assert read_value(b'{"version":1}') == {"version": 1}


@pytest.mark.parametrize("body", [None, b"", b"no JSON {", b"[1]", b"\xff", b'"text"'])
def test_anything_else_is_none(body: bytes | None) -> None:
    assert read_value(body) is None


def test_values_live_for_five_to_fifteen_minutes_and_not_alike() -> None:
    lives = [a_lifetime() for _ in range(100)]

    assert 300_000 <= min(lives) < 500_000 < 700_000 < max(lives) <= 900_000
