"""Failed log-ins while Redis is down: counted in this process, and never for a success (template-owned)."""

from typing import Any

import pytest
from tests.commands import free_port
from tests.environment import core_settings, settings_of

from app.apps.redis.attempts import LogInAttempts
from app.apps.redis.client import open_redis
from app.apps.redis.store import Store
from app.kit.problems import ProblemError

EMAIL, ADDRESS = "ann@acme.example", "192.0.2.1"


@pytest.fixture
def attempts(settings: Any) -> LogInAttempts:
    settings.SERVICE = settings_of(RATE_LIMIT_LOGIN_PAIR="3/15m")
    return LogInAttempts(Store(open_redis(core_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}"))))


def test_so_many_fail_and_the_next_is_told_when_to_come_back(attempts: LogInAttempts) -> None:
    for _ in range(3):
        attempts.reserve(EMAIL, ADDRESS, is_usual_address=False)
    with pytest.raises(ProblemError) as caught:
        attempts.reserve(EMAIL, ADDRESS, is_usual_address=False)
    assert caught.value.kind.status == 429
    assert 890 <= int(caught.value.headers["Retry-After"]) <= 900
    attempts.reserve("eve@acme.example", ADDRESS, is_usual_address=False)


def test_what_is_given_back_counts_nothing(attempts: LogInAttempts) -> None:
    for _ in range(12):
        attempts.give_back(attempts.reserve(EMAIL, ADDRESS, is_usual_address=True))


def test_without_limits_redis_is_not_asked(attempts: LogInAttempts, settings: Any) -> None:
    settings.SERVICE = settings_of(**{f"RATE_LIMIT_LOGIN_{name}": "off" for name in ("PAIR", "ADDRESS", "ACCOUNT")})
    for _ in range(12):
        reservation = attempts.reserve(EMAIL, ADDRESS, is_usual_address=False)
        assert reservation == {}
        attempts.give_back(reservation)
