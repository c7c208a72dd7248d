"""Log-in from the inside: limits, hashes, time (template-owned; contract, "Rates")."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator

import pytest
from argon2 import PasswordHasher
from tests.api.conftest import SettingsOf
from tests.api.database import execute, fetch
from tests.api.service import ADMIN, Service, open_service

from app.api.hashing import PasswordHashing
from app.kit.passwords import NOBODYS_HASH, hash_password, is_password
from app.kit.problems import ProblemError

PASSWORD = "a password of the tests"
LOG_IN = "/api/v1/auth/login"


@pytest.fixture
async def service(settings: SettingsOf) -> AsyncIterator[Service]:
    async with open_service(settings(TRUSTED_PROXY_HOPS="1", RATE_LIMIT_LOGIN_ADDRESS="30/15m")) as service:
        # The counters of the test before still stand.
        await service.runtime.store.redis.flushdb()
        yield service


async def _log_in(service: Service, email: str, password: str, address: str) -> int:
    body = {"email": email, "password": password}
    response = await service.client.post(LOG_IN, json=body, headers={"X-Forwarded-For": address})
    return response.status_code


async def test_ten_wrong_passwords_of_one_account_and_address_are_the_limit(service: Service) -> None:
    statuses = [await _log_in(service, ADMIN, "wrong", "192.0.2.7") for _ in range(12)]

    assert statuses == [401] * 10 + [429] * 2
    assert await _log_in(service, "manager@acme.example", PASSWORD, "192.0.2.7") == 200
    assert await _log_in(service, ADMIN, PASSWORD, "192.0.2.8") == 200


async def test_an_account_that_is_not_there_gets_the_same_answers(service: Service) -> None:
    statuses = [await _log_in(service, "nobody@acme.example", "wrong", "192.0.2.7") for _ in range(12)]

    assert statuses == [401] * 10 + [429] * 2


async def test_thirty_wrong_passwords_of_one_address_are_the_limit(service: Service) -> None:
    statuses = [await _log_in(service, f"user{n}@acme.example", "wrong", "192.0.2.9") for n in range(31)]

    assert statuses == [401] * 30 + [429]


async def test_addresses_of_one_ipv6_network_count_as_one(service: Service) -> None:
    statuses = [await _log_in(service, ADMIN, "wrong", f"2001:db8::{n:x}") for n in range(1, 12)]

    assert statuses == [401] * 10 + [429]


async def test_nobody_can_lock_the_owner_out(service: Service) -> None:
    assert await _log_in(service, ADMIN, PASSWORD, "192.0.2.1") == 200

    guesses = [await _log_in(service, ADMIN, "wrong", f"198.51.100.{n}") for n in range(1, 52)]

    assert guesses == [401] * 50 + [429]
    assert await _log_in(service, ADMIN, PASSWORD, "198.51.100.200") == 429
    assert await _log_in(service, ADMIN, PASSWORD, "192.0.2.1") == 200


async def test_an_address_is_usual_for_thirty_days(service: Service, database_url: str) -> None:
    assert await _log_in(service, ADMIN, PASSWORD, "192.0.2.1") == 200
    await execute(database_url, "UPDATE sessions SET created_at = NOW() - INTERVAL '31 days'")
    for n in range(1, 51):
        await _log_in(service, ADMIN, "wrong", f"198.51.100.{n}")

    assert await _log_in(service, ADMIN, PASSWORD, "192.0.2.1") == 429


async def test_a_hash_of_other_parameters_is_made_anew(service: Service, database_url: str) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await execute(database_url, f"UPDATE users SET password_hash = '{old}' WHERE email = '{ADMIN}'")

    assert await _log_in(service, ADMIN, PASSWORD, "192.0.2.1") == 200

    (row,) = await fetch(database_url, f"SELECT password_hash FROM users WHERE email = '{ADMIN}'")
    assert row["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password(PASSWORD, row["password_hash"])


async def test_nobodys_hash_costs_what_any_costs() -> None:
    somebodys = hash_password("another password")

    def median(phc: str) -> float:
        times = []
        for _ in range(15):
            began = time.process_time()
            assert not is_password("wrong", phc)
            times.append(time.process_time() - began)
        return statistics.median(times)

    assert 0.5 < median(NOBODYS_HASH) / median(somebodys) < 2


async def test_more_hashes_than_there_are_turns_wait_and_then_are_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api.hashing.LONGEST_WAIT", 0.1)
    hashing = PasswordHashing()
    running = [asyncio.create_task(hashing.run(lambda: time.sleep(0.4))) for _ in range(4)]
    await asyncio.sleep(0)

    with pytest.raises(ProblemError) as caught:
        await hashing.run(lambda: None)

    assert (caught.value.kind.status, caught.value.headers["Retry-After"]) == (503, "3")
    await asyncio.gather(*running)
    assert await hashing.run(lambda: "done") == "done"
    hashing.close()
