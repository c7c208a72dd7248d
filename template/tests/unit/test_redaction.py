"""Secrets are kept out of logs by name and by form (template-owned)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.redaction import redact_members, redact_text, redact_value

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl-_"
PHC = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----"
ID = UUID("3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f")


@dataclass
class LogIn:
    email: str
    password: str


class Unprintable:
    def __str__(self) -> str:
        raise LookupError("hunter2")


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "new_password",
        "Password",
        "passwordHash",
        "passphrase",
        "SECRET_KEY",
        "client-secret",
        "token",
        "refresh_token",
        "accessToken",
        "Authorization",
        "proxy-authorization",
        "cookie",
        "Set-Cookie",
        "credentials",
        "api_key",
        "apiKey",
        "X-Api-Key",
        "private key",
        "signing_key",
        "dsn",
        "SENTRY_DSN",
        "jwt",
    ],
)
def test_a_member_whose_name_says_secret_is_not_shown(name: str) -> None:
    assert redact_members({name: "hunter2"}) == {name: "[redacted]"}
    assert redact_members({"a": [{"b": {name: {"c": "hunter2"}}}]}) == {"a": [{"b": {name: "[redacted]"}}]}


@pytest.mark.parametrize(
    "name", ["task_id", "status", "email", "key", "path", "author", "keyboard", "exception", "adsn"]
)
def test_other_members_are_shown(name: str) -> None:
    assert redact_members({name: "plain text"}) == {name: "plain text"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abc.def", "Authorization: [redacted]"),
        ("with bearer hunter2, then", "with bearer [redacted], then"),
        (f"token was {JWT}.", "token was [redacted]"),
        (f"({JWT[:40]})", "([redacted])"),
        (f"stored {PHC} there", "stored [redacted] there"),
        (f"key: {PEM} end", "key: [redacted] end"),
        (PEM[:50], "[redacted]"),
        ("postgresql://app:p%40ss@db:5432/app", "postgresql://app:[redacted]@db:5432/app"),
        ("redis://:hunter2@cache:6379/0", "redis://:[redacted]@cache:6379/0"),
        ("https://hunter2@sentry.example/1", "https://[redacted]@sentry.example/1"),
        ("LogIn(email='a@b.example', password='correct horse')", "LogIn(email='a@b.example', password=[redacted])"),
        ("/reset?token=hunter2&page=2", "/reset?token=[redacted]&page=2"),
        ('{"password": "correct \\"horse", "x": 1}', '{"password": [redacted], "x": 1}'),
        ('"{\\"new_password\\": \\"a b\\", \\"y\\": 2}"', '"{\\"new_password\\": [redacted], \\"y\\": 2}"'),
        ("{'x-api-key': 'hunter2', 'x': 1}", "{'x-api-key': [redacted], 'x': 1}"),
        ("[(b'authorization', b'Basic aHVudGVyMg==')]", "[(b'authorization', [redacted])]"),
        ("Set-Cookie: session=hunter2; Path=/\nHost: a", "Set-Cookie: [redacted]\nHost: a"),
        (
            "1 validation error\npassword\n  Too short [type=x, input_value='hunter2, 1', input_type=str]",
            "1 validation error\npassword\n  Too short [type=x, input_value=[redacted], input_type=str]",
        ),
    ],
)
def test_what_looks_like_a_secret_is_replaced_in_any_text(text: str, shown: str) -> None:
    assert redact_text(text) == shown
    assert redact_members({"a": {"b": [text]}}) == {"a": {"b": [shown]}}


@pytest.mark.parametrize(
    "text",
    [
        "Task created",
        "/api/v1/auth/password/change",
        "the bearer token is missing",
        "invalid token: expired",
        "https://service.example/a@b?next=/c",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert redact_text(text) == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (LogIn("a@b.example", "hunter2"), {"email": "a@b.example", "password": "[redacted]"}),
        ([("Cookie", "hunter2"), ("Accept", "*/*")], [["Cookie", "[redacted]"], ["Accept", "*/*"]]),
        ({"password": None}, {"password": None}),
        ({1, 2} - {2}, "{1}"),
        (b"Bearer hunter2", "b'Bearer [redacted]'"),
        (LookupError("redis://:hunter2@cache"), "redis://:[redacted]@cache"),
        (Unprintable(), "<Unprintable>"),
    ],
    ids=["dataclass", "headers", "nothing", "set", "bytes", "exception", "unprintable"],
)
def test_every_kind_of_value_is_looked_into(value: Any, shown: Any) -> None:
    assert redact_value(value) == shown


def test_numbers_times_and_ids_are_kept_as_they_are() -> None:
    members = {"a": 1, "b": 1.5, "c": True, "d": None, "e": datetime(2026, 1, 2, tzinfo=UTC), "f": ID}
    assert redact_members(members) == members


def test_what_nests_too_deep_is_shown_as_text_without_its_secrets() -> None:
    deep: Any = {"password": "hunter2"}
    for _ in range(50):
        deep = [deep]

    shown = redact_value(deep)
    assert shown == "[" * 50 + "{'password': [redacted]}" + "]" * 50


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(redact_text(f"token {text}"), str)
