"""Durations as the guide writes them: `15m`, `7d` (template-owned)."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SYNTAX = re.compile(r"([0-9]{1,9})\s?(ms|s|m|h|d)")


def parse_duration(value: object) -> object:
    """Read `15m` as a timedelta; leave a timedelta as it is.

    Raises:
        ValueError: not a whole number followed by ms, s, m, h or d.
    """
    if not isinstance(value, str):
        return value
    match = _SYNTAX.fullmatch(value.strip())
    if match is None:
        raise ValueError("write a whole number and a unit: ms, s, m, h or d, as in 15m or 7d")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
