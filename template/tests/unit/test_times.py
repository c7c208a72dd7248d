"""Times as the contract writes them (template-owned)."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.kit.times import GivenTime, Time, format_time, parse_time

# What PostgreSQL's drivers take for infinity.
ENDS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def test_a_time_is_utc_with_microseconds_and_z() -> None:
    there = timezone(timedelta(hours=5, minutes=30))

    assert format_time(datetime(2026, 1, 2, 3, 4, 5, 6, UTC)) == "2026-01-02T03:04:05.000006Z"
    assert format_time(datetime(2026, 1, 2, 3, 4, 5, 0, there)) == "2026-01-01T21:34:05.000000Z"


def test_pydantic_writes_the_same_form() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    assert TypeAdapter(Time).dump_json(moment) == b'"2026-01-02T03:04:05.000000Z"'


def test_the_schema_of_what_is_written_says_that_it_is_a_time() -> None:
    assert TypeAdapter(Time).json_schema(mode="serialization") == {"type": "string", "format": "date-time"}


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment not in ENDS))
def test_what_is_written_is_read_back(moment: datetime) -> None:
    written = format_time(moment)

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", written)
    assert parse_time(written) == moment


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z"),
        ("2026-01-02t03:04:05z", "2026-01-02T03:04:05.000000Z"),
        ("2026-01-02T03:04:05.1+05:30", "2026-01-01T21:34:05.100000Z"),
        ("2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05.000000Z"),
        ("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123456Z"),
        ("0001-01-01T00:00:00.000001Z", "0001-01-01T00:00:00.000001Z"),
        ("9999-12-31T23:59:59.999998Z", "9999-12-31T23:59:59.999998Z"),
    ],
)
def test_a_time_with_its_zone_is_read(given: str, written: str) -> None:
    assert format_time(TypeAdapter(GivenTime).validate_python(given)) == written


@pytest.mark.parametrize(
    "given",
    [
        "2026-01-02T03:04:05",
        "2026-01-02",
        "2026-01-02 03:04:05Z",
        "20260102T030405Z",
        "2026-01-02T03:04Z",
        "2026-W01-5T03:04:05Z",
        "2026-01-02T24:00:00Z",
        "2026-01-02T03:04:60Z",
        "2026-02-30T03:04:05Z",
        "2026-01-02T03:04:05+24:00",
        "2026-01-02T03:04:05+05:60",
        "2026-01-02T03:04:05+0530",
        "2026-01-02T03:04:05Z ",
        "٢٠٢٦-01-02T03:04:05Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "9999-12-31T23:59:59.999999Z",
        "10000-01-01T00:00:00Z",
        "infinity",
        "now",
        "",
        1767323045,
        1767323045.5,
        True,
    ],
)
def test_anything_else_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match="must be a time with its zone, such as 2026-01-02T03:04:05Z"):
        TypeAdapter(GivenTime).validate_python(given)
