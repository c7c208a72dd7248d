"""Times as the contract writes them (template-owned)."""

import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.kit.times import Time, format_time


def test_a_time_is_utc_with_microseconds_and_z() -> None:
    there = timezone(timedelta(hours=5, minutes=30))

    assert format_time(datetime(2026, 1, 2, 3, 4, 5, 6, UTC)) == "2026-01-02T03:04:05.000006Z"
    assert format_time(datetime(2026, 1, 2, 3, 4, 5, 0, there)) == "2026-01-01T21:34:05.000000Z"


def test_pydantic_writes_the_same_form() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    assert TypeAdapter(Time).dump_json(moment) == b'"2026-01-02T03:04:05.000000Z"'


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the zone is beside it
def test_what_is_written_is_read_back(moment: datetime) -> None:
    written = format_time(moment)

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", written)
    assert datetime.fromisoformat(written) == moment
