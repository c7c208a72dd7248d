"""Rates as the contract writes them: `300/1m` (template-owned)."""

import re
from dataclasses import dataclass
from datetime import timedelta

from app.kit.durations import parse_duration

_SYNTAX = re.compile(r"([1-9][0-9]{0,8})/(.+)")


@dataclass(frozen=True)
class Rate:
    """At most `count` in a window of `seconds`, which begins with the first."""

    count: int
    seconds: int

    def __str__(self) -> str:
        for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
            if self.seconds % size == 0:
                return f"{self.count}/{self.seconds // size}{unit}"
        return f"{self.count}/{self.seconds}s"


def parse_rate(value: object) -> object:
    """Read `300/1m` as a Rate and `off` as None, which is no limit; leave a Rate as it is.

    Raises:
        ValueError: neither.
    """
    if not isinstance(value, str):
        return value
    if value.strip() == "off":
        return None
    match = _SYNTAX.fullmatch(value.strip())
    window = parse_duration(match[2]) if match else None
    if match is None or not isinstance(window, timedelta) or window < timedelta(seconds=1):
        raise ValueError("write a number and a window of a second or more, as in 300/1m, or off")
    return Rate(int(match[1]), int(window.total_seconds()))
