"""What a refresh token allows (template-owned; contract, "Tokens and sessions"; RFC 9700)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sessions import LONGEST_DEVICE, RefreshState, decide_refresh, device_name, is_new_device

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
STATES = st.builds(
    RefreshState,
    used_at=st.none() | st.timedeltas(timedelta(0), timedelta(days=8)).map(lambda ago: NOW - ago),
    is_last_parent=st.booleans(),
    session_ends_at=st.timedeltas(timedelta(days=-8), timedelta(days=8)).map(lambda ahead: NOW + ahead),
    is_session_revoked=st.booleans(),
    is_user_active=st.booleans(),
)


def state(
    *,
    used: timedelta | None = None,
    last_parent: bool = False,
    ends_in: timedelta = SECOND,
    revoked: bool = False,
    active: bool = True,
) -> RefreshState:
    """A token that was used so long ago, of a session that ends in a while."""
    return RefreshState(
        used_at=None if used is None else NOW - used,
        is_last_parent=last_parent,
        session_ends_at=NOW + ends_in,
        is_session_revoked=revoked,
        is_user_active=active,
    )


def test_an_unused_token_is_rotated() -> None:
    assert decide_refresh(state(), NOW) == "rotate"


@pytest.mark.parametrize("used", [0 * SECOND, SECOND, 9.999 * SECOND, 10 * SECOND])
def test_the_last_parent_may_be_repeated_for_ten_seconds(used: timedelta) -> None:
    assert decide_refresh(state(used=used, last_parent=True), NOW) == "repeat"


@pytest.mark.parametrize("used", [10.000001 * SECOND, 11 * SECOND, timedelta(days=6)])
def test_the_last_parent_is_reuse_after_ten_seconds(used: timedelta) -> None:
    assert decide_refresh(state(used=used, last_parent=True), NOW) == "reuse"


@pytest.mark.parametrize("used", [0 * SECOND, SECOND, 11 * SECOND])
def test_any_older_token_is_reuse_however_soon(used: timedelta) -> None:
    assert decide_refresh(state(used=used, last_parent=False), NOW) == "reuse"


@pytest.mark.parametrize("ends_in", [0 * SECOND, -SECOND, timedelta(days=-1)])
def test_a_session_that_has_ended_gives_no_more_tokens(ends_in: timedelta) -> None:
    assert decide_refresh(state(ends_in=ends_in), NOW) == "refuse"
    assert decide_refresh(state(ends_in=ends_in, used=SECOND, last_parent=True), NOW) == "refuse"


def test_a_session_gives_tokens_to_its_last_moment() -> None:
    assert decide_refresh(state(ends_in=timedelta(microseconds=1)), NOW) == "rotate"


def test_a_revoked_session_and_a_deactivated_user_get_no_more_tokens() -> None:
    assert decide_refresh(state(revoked=True), NOW) == "refuse"
    assert decide_refresh(state(active=False), NOW) == "refuse"
    assert decide_refresh(state(revoked=True, used=SECOND), NOW) == "refuse"


@given(STATES)
def test_a_token_is_given_only_in_a_live_session_of_an_active_user(refresh: RefreshState) -> None:
    if decide_refresh(refresh, NOW) in ("rotate", "repeat"):
        assert not refresh.is_session_revoked
        assert refresh.is_user_active
        assert refresh.session_ends_at > NOW


@given(STATES)
def test_a_used_token_is_never_rotated_and_an_unused_one_never_ends_the_family(refresh: RefreshState) -> None:
    decision = decide_refresh(refresh, NOW)
    if refresh.used_at is None:
        assert decision in ("rotate", "refuse")
    else:
        assert decision in ("repeat", "reuse", "refuse")


@pytest.mark.parametrize(
    ("device", "known", "is_new"),
    [
        ("Firefox/120.0", [], False),
        ("Firefox/120.0", ["Firefox/121.0", "curl/8.1"], False),
        ("Firefox/120.0 (Linux)", ["Firefox/120.0 (Windows)"], True),
        ("unknown", ["Firefox/120.0"], True),
    ],
)
def test_a_device_is_new_where_the_user_has_others(device: str, known: list[str], is_new: bool) -> None:
    assert is_new_device(device, known) is is_new


def test_a_devices_name_is_printable_and_short() -> None:
    assert device_name(None) == "unknown"
    assert device_name("a\x1b[2Jb\n") == "a [2Jb "
    assert device_name("x" * 9999) == "x" * LONGEST_DEVICE
