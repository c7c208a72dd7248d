"""Who was seen on a UTC day (template-owned)."""

from datetime import date
from uuid import UUID

from app.kit.activity import SeenToday, active_key

NOON = 1_800_014_400.0  # 2027-01-15, 12:00 UTC
ONE, OTHER = UUID(int=1), UUID(int=2)


def test_each_user_is_new_once_a_utc_day() -> None:
    now = NOON
    seen = SeenToday(lambda: now)
    assert [seen.note(user) for user in (ONE, ONE, OTHER)] == [date(2027, 1, 15), None, date(2027, 1, 15)]
    now = NOON + 43_199
    assert seen.note(ONE) is None
    now = NOON + 43_200
    assert [seen.note(ONE), seen.note(ONE)] == [date(2027, 1, 16), None]


def test_whoever_sets_the_key_counts_the_user() -> None:
    assert active_key(date(2027, 1, 15), ONE) == "cache:active:2027-01-15:00000000-0000-0000-0000-000000000001"
