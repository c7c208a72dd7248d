"""Rates read as the contract writes them, and nothing else does (template-owned)."""

import pytest

from app.kit.rates import Rate, parse_rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [("300/1m", Rate(300, 60)), (" 10/15m ", Rate(10, 900)), ("1/1s", Rate(1, 1)), ("5/2d", Rate(5, 172_800))],
)
def test_a_rate_is_a_number_and_a_window(text: str, rate: Rate) -> None:
    assert parse_rate(text) == rate


def test_off_is_no_limit() -> None:
    assert parse_rate("off") is None


@pytest.mark.parametrize("text", ["", "300", "0/1m", "-1/1m", "300/", "300/1", "300/500ms", "many/1m", "1/0s"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="as in"):
        parse_rate(text)


@pytest.mark.parametrize(
    ("rate", "text"), [(Rate(300, 60), "300/1m"), (Rate(10, 900), "10/15m"), (Rate(7, 61), "7/61s")]
)
def test_a_rate_is_shown_as_it_is_written(rate: Rate, text: str) -> None:
    assert str(rate) == text
