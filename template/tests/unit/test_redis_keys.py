"""Redis keys and channels by the guide's patterns (template-owned)."""

from uuid import UUID

import pytest

from app.kit.redis_keys import (
    cache_key,
    lock_key,
    notifications_channel,
    rate_limit_key,
    session_key,
    updates_channel,
)

USER, SESSION = UUID(int=1), UUID(int=2)


def test_names_follow_the_guides_patterns() -> None:
    assert [
        session_key(USER, SESSION),
        cache_key("organization", USER),
        rate_limit_key("192.0.2.1", "list_projects"),
        lock_key("report", "2026-11"),
        notifications_channel(USER),
        updates_channel(SESSION, "project"),
    ] == [
        "session:00000000-0000-0000-0000-000000000001:00000000-0000-0000-0000-000000000002",
        "cache:organization:00000000-0000-0000-0000-000000000001",
        "ratelimit:192.0.2.1:list_projects",
        "lock:report:2026-11",
        "notifications:00000000-0000-0000-0000-000000000001",
        "updates:00000000-0000-0000-0000-000000000002:project",
    ]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("2001:db8::1", "lock:x:2001%3Adb8%3A%3A1"),
        ("a:b", "lock:x:a%3Ab"),
        ("a%3Ab", "lock:x:a%253Ab"),
        ("a b\r\nDEL c\x00", "lock:x:a%20b%0D%0ADEL%20c%00"),
        ("*", "lock:x:%2A"),
        ("ü", "lock:x:%C3%BC"),
        ("\ud800", "lock:x:%ED%A0%80"),
        ("", "lock:x:"),
        ("GET /api/v1/projects/{id}", "lock:x:GET%20/api/v1/projects/{id}"),
    ],
)
def test_a_part_from_outside_does_not_break_the_pattern(given: str, name: str) -> None:
    assert lock_key("x", given) == name


def test_no_two_parts_make_one_name() -> None:
    assert lock_key("a:b", "c") != lock_key("a", "b:c")
    assert lock_key("x", "a:b") != lock_key("x", "a%3Ab")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.1", "ratelimit:192.0.2.1:x"),
        ("2001:db8:1:2:3:4:5:6", "ratelimit:2001%3Adb8%3A1%3A2%3A%3A/64:x"),
        ("2001:db8:1:2::7", "ratelimit:2001%3Adb8%3A1%3A2%3A%3A/64:x"),
        ("2001:db8:1:3::7", "ratelimit:2001%3Adb8%3A1%3A3%3A%3A/64:x"),
        ("::ffff:192.0.2.1", "ratelimit:192.0.2.1:x"),
        ("fe80::1%eth0", "ratelimit:fe80%3A%3A/64:x"),
        (None, "ratelimit:unknown:x"),
        ("no address: at all", "ratelimit:no%20address%3A%20at%20all:x"),
    ],
)
def test_an_address_is_counted_with_those_that_one_client_can_have(address: str | None, name: str) -> None:
    assert rate_limit_key(address, "x") == name


def test_a_very_long_part_is_a_short_name_that_nobody_can_write_out() -> None:
    name = rate_limit_key("a" * 10_000, "login")
    hashed = name.split(":")[1]

    assert (len(name), hashed[0]) == (len("ratelimit:") + 65 + len(":login"), "~")
    assert rate_limit_key("a" * 10_001, "login") != name
    assert rate_limit_key(hashed, "login") == f"ratelimit:%7E{hashed[1:]}:login"
    assert rate_limit_key("a" * 200, "login") == f"ratelimit:{'a' * 200}:login"
