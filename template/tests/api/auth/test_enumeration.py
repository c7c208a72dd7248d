"""Log-in and refresh tell nobody whether there is an account (template-owned; OWASP ASVS 6.3.8)."""

import statistics
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.api.conftest import SettingsOf
from tests.api.database import execute
from tests.api.service import Service, open_service

WRONG = {
    "no such account": {"email": "nobody@acme.example", "password": "wrong"},
    "wrong password": {"email": "member@acme.example", "password": "wrong"},
    "deactivated": {"email": "guest@acme.example", "password": "a password of the tests"},
    "no password": {"email": "manager@acme.example", "password": "wrong"},
}
PAIRS = 25


@pytest.fixture
async def service(settings: SettingsOf, database_url: str) -> AsyncIterator[Service]:
    await execute(
        database_url,
        "UPDATE users SET is_active = FALSE WHERE email = 'guest@acme.example';"
        "UPDATE users SET password_hash = NULL WHERE email = 'manager@acme.example'",
    )
    unlimited = {f"RATE_LIMIT_LOGIN_{name}": "off" for name in ("PAIR", "ADDRESS", "ACCOUNT")}
    async with open_service(settings(**unlimited)) as service:
        yield service


async def _answer(service: Service, path: str, body: dict[str, str]) -> tuple[int, dict[str, Any], set[str]]:
    response = await service.client.post(f"/api/v1/auth/{path}", json=body)
    document = response.json()
    del document["request_id"]
    return response.status_code, document, set(response.headers)


async def test_every_reason_gets_the_same_answer(service: Service) -> None:
    answers = [await _answer(service, "login", body) for body in WRONG.values()]

    assert answers[0][0] == 401
    assert all(answer == answers[0] for answer in answers)


async def test_every_refresh_that_fails_gets_the_same_answer(service: Service) -> None:
    tokens = ("x", "A" * 43, "💥", "x" * 1024)
    answers = [await _answer(service, "refresh", {"refresh_token": token}) for token in tokens]

    assert answers[0][0] == 401
    assert all(answer == answers[0] for answer in answers)


async def test_every_reason_takes_the_same_time(service: Service) -> None:
    seconds: dict[str, list[float]] = {reason: [] for reason in WRONG}
    for _ in range(PAIRS):
        # In turn, and this process's time alone: whatever else the machine does falls on all or none of them.
        for reason, body in WRONG.items():
            began = time.process_time()
            await service.client.post("/api/v1/auth/login", json=body)
            seconds[reason].append(time.process_time() - began)

    medians = {reason: statistics.median(times) for reason, times in seconds.items()}
    # A hash that is left out makes nine tenths of the difference.
    assert min(medians.values()) > 0.6 * max(medians.values()), medians
