"""Durations as the guide writes them (template-owned)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.durations import parse_duration


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("500ms", timedelta(milliseconds=500)),
        ("30s", timedelta(seconds=30)),
        ("15m", timedelta(minutes=15)),
        ("2h", timedelta(hours=2)),
        ("7d", timedelta(days=7)),
        ("0s", timedelta(0)),
        (" 10 s ", timedelta(seconds=10)),
    ],
)
def test_a_number_and_a_unit_is_a_duration(written: str, meant: timedelta) -> None:
    assert parse_duration(written) == meant


@pytest.mark.parametrize("written", ["", "15", "m", "1.5h", "-1s", "1w", "15M", "1h30m", "1e3s", "١s", "9999999999s"])
def test_anything_else_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ValueError, match="as in 15m or 7d"):
        parse_duration(written)


def test_a_duration_stays_as_it_is() -> None:
    assert parse_duration(timedelta(seconds=4)) == timedelta(seconds=4)


@given(st.integers(0, 999_999_999))
def test_a_minute_is_sixty_seconds_for_every_number(number: int) -> None:
    assert parse_duration(f"{number}m") == timedelta(seconds=60 * number)
