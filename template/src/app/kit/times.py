"""Times as the contract writes them: UTC, RFC 3339, microseconds, `Z` (template-owned)."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-5][0-9])",
    re.IGNORECASE | re.ASCII,
)
# PostgreSQL's drivers take the first and the last moment of Python for infinity.
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def format_time(moment: datetime) -> str:
    """`2026-01-02T03:04:05.000006Z`, whatever the zone of `moment`, which must have one."""
    # Not strftime: its %Y writes the year 1 as "1".
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def parse_time(value: object) -> datetime:
    """Read RFC 3339 with a zone, in UTC; finer than microseconds is cut off.

    Raises:
        ValueError: no such text, or a time that neither Python nor PostgreSQL can hold.
    """
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
            if _FIRST < moment < _LAST:
                return moment
    raise ValueError("must be a time with its zone, such as 2026-01-02T03:04:05Z")


Time = Annotated[
    datetime,
    PlainSerializer(format_time, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A time in a reply."""


GivenTime = Annotated[datetime, BeforeValidator(parse_time)]
"""A time that people send."""
