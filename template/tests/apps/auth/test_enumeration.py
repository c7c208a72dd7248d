"""Log-in and refresh tell nobody whether there is an account (template-owned; OWASP ASVS 6.3.8)."""

import statistics
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from tests.apps.application import AUTH, EMAIL, application, execute, make_user
from tests.environment import settings_of

WRONG = {
    "no such account": "nobody@acme.example",
    "wrong password": EMAIL,
    "deactivated": "ben@acme.example",
    "no password": "eve@acme.example",
}
PAIRS = 15
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(settings: Any) -> Iterator[httpx2.Client]:
    settings.SERVICE = settings_of(**{f"RATE_LIMIT_LOGIN_{name}": "off" for name in ("PAIR", "ADDRESS", "ACCOUNT")})
    for email in (EMAIL, WRONG["deactivated"], WRONG["no password"]):
        make_user(email)
    execute(f"UPDATE users SET is_active = FALSE WHERE email = '{WRONG['deactivated']}'")
    execute(f"UPDATE users SET password_hash = NULL WHERE email = '{WRONG['no password']}'")
    with application() as opened:
        yield opened


def answer(client: httpx2.Client, path: str, **body: str) -> tuple[int, dict[str, Any], set[str]]:
    response = client.post(f"{AUTH}/{path}", json=body)
    document = response.json()
    del document["request_id"]
    return response.status_code, document, set(response.headers)


def test_every_reason_gets_the_same_answer(client: httpx2.Client) -> None:
    answers = [answer(client, "login", email=email, password="wrong") for email in WRONG.values()]

    assert answers[0][0] == 401
    assert all(one == answers[0] for one in answers)


def test_every_refresh_that_fails_gets_the_same_answer(client: httpx2.Client) -> None:
    answers = [answer(client, "refresh", refresh_token=token) for token in ("x", "A" * 43, "💥", "x" * 1024)]

    assert answers[0][0] == 401
    assert all(one == answers[0] for one in answers)


def test_every_reason_takes_the_same_time(client: httpx2.Client) -> None:
    seconds: dict[str, list[float]] = {reason: [] for reason in WRONG}
    for _ in range(PAIRS):
        # In turn, and this process's time alone: whatever else the machine does falls on all or none of them.
        for reason, email in WRONG.items():
            began = time.process_time()
            answer(client, "login", email=email, password="wrong")
            seconds[reason].append(time.process_time() - began)

    medians = {reason: statistics.median(times) for reason, times in seconds.items()}
    # A hash that is left out makes nine tenths of the difference.
    assert min(medians.values()) > 0.6 * max(medians.values()), medians
