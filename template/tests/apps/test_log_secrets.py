"""Passwords and tokens, sent wherever one can send something, are in no log line (template-owned)."""

import json
import logging
from typing import Any

import httpx2
import pytest
from tests.apps.application import AUTH, application, bearer, make_user, tokens_of
from tests.environment import settings_of

SECRET = "canary-hunter2-canary"
JWT = f"eyJ{SECRET}.eyJ{SECRET}.{SECRET}"
USERS = "/api/v1/users"
HEADERS = {
    "Cookie": f"session={SECRET}",
    "X-Api-Key": SECRET,
    "X-Request-ID": SECRET,
    "Idempotency-Key": SECRET,
    "If-Match": f'"{SECRET}"',
    "traceparent": SECRET,
    "User-Agent": f"curl Bearer {SECRET}",
}


def send_everywhere(client: httpx2.Client) -> list[httpx2.Response]:
    body = {"password": SECRET, "refresh_token": SECRET, "email": "nobody@acme.example"}
    change = {"current_password": SECRET, "new_password": SECRET}
    member = HEADERS | bearer(tokens_of(client))
    return [
        client.get(f"{USERS}?password={SECRET}&cursor={SECRET}", headers=member),
        client.get(f"/{JWT}/x", headers=HEADERS | {"User-Agent": JWT}),
        client.get("/health/live", headers=HEADERS | {"Authorization": f"Basic {SECRET}"}),
        client.get(USERS, headers=HEADERS | {"Authorization": f"Bearer {JWT}"}),
        client.post(f"{AUTH}/login", content=f'{{"password": "{SECRET}"', headers={"Content-Type": "application/json"}),
        client.post(f"{AUTH}/login", content=SECRET, headers={"Content-Type": f"text/{SECRET}"}),
        client.post(f"{AUTH}/login", json={k: body[k] for k in ("email", "password")}, headers=HEADERS),
        client.post(f"{AUTH}/register", json=body, headers=HEADERS),
        client.post(f"{AUTH}/refresh", json={"refresh_token": SECRET}, headers=HEADERS),
        client.post(f"{AUTH}/password/change", json=change, headers=member),
        client.post("/leaky/model", json=body, headers=HEADERS),
        client.post("/leaky/sql", json=body, headers=HEADERS),
        client.post("/leaky/url", json=body, headers=HEADERS),
        # Those alone whose names say what they are.
        client.post("/leaky/headers", headers={n: HEADERS[n] for n in ("Cookie", "X-Api-Key")}),
    ]


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.apps.leaky")
def test_no_log_holds_what_was_secret(
    settings: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, log_format: str
) -> None:
    # The test's own client, which shares the process, logs whole URLs.
    monkeypatch.setattr(logging.getLogger("httpx2"), "disabled", True)
    settings.SERVICE = settings_of(LOG_FORMAT=log_format, LOG_LEVEL="debug")
    make_user()
    with application() as client:
        answers = send_everywhere(client)

    assert [answer.status_code for answer in answers] == [422, 404, 200, 401, 400, 415, 401, 422, 401, 422, *[500] * 4]
    assert not [answer for answer in answers if SECRET in answer.text and answer.url.path.startswith("/api")]
    out = capsys.readouterr().out
    # All four failures are told, none with what was sent.
    for told in ("validation error for Strict", "nowhere", "no answer from https://app:[redacted]@", "User-Agent"):
        assert told in out
    assert SECRET not in out
    if log_format == "json":
        lines = [json.loads(line) for line in out.splitlines()]
        assert sum(line["message"] == "request answered" for line in lines) == len(answers) + 1
