"""Times as the contract writes them: UTC, RFC 3339, microseconds, `Z` (template-owned)."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import PlainSerializer


def format_time(moment: datetime) -> str:
    """`2026-01-02T03:04:05.000006Z`, whatever the zone of `moment`, which must have one."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


Time = Annotated[datetime, PlainSerializer(format_time, return_type=str, when_used="json")]
