"""Log-in and sessions while Redis is down, empty or behind (template-owned; contract, "Tokens and sessions")."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.api.conftest import SettingsOf
from tests.api.database import fetch
from tests.api.service import ADMIN, Service, open_service
from tests.api.working import work_off
from tests.commands import free_port

from app.kit.redis_keys import session_key
from app.kit.tokens import AccessClaims

PASSWORD = "a password of the tests"
ME = "/api/v1/auth/me"


@pytest.fixture
async def service(settings: SettingsOf) -> AsyncIterator[Service]:
    async with open_service(settings(), log_in_as=ADMIN) as service:
        yield service


@pytest.fixture
async def without_redis(settings: SettingsOf) -> AsyncIterator[Service]:
    async with open_service(settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}"), log_in_as=ADMIN) as service:
        yield service


def _claims(service: Service) -> AccessClaims:
    return service.runtime.verifier.verify(service.client.headers["Authorization"].partition(" ")[2])


async def _known(service: Service) -> Any:
    claims = _claims(service)
    return await service.runtime.store.redis.get(session_key(claims.user_id, claims.session_id))


async def _log_in(service: Service, password: str) -> int:
    response = await service.client.post("/api/v1/auth/login", json={"email": ADMIN, "password": password})
    return response.status_code


async def test_the_first_request_puts_the_sessions_version_into_redis_for_seven_days(service: Service) -> None:
    assert await _known(service) is None
    assert (await service.client.get(ME)).status_code == 200

    assert await _known(service) == b"1"
    claims = _claims(service)
    assert 604_000 < await service.runtime.store.redis.ttl(session_key(claims.user_id, claims.session_id)) <= 604_800


async def test_a_session_survives_that_redis_forgets_it(service: Service) -> None:
    await service.client.get(ME)
    await service.runtime.store.redis.delete(session_key(_claims(service).user_id, _claims(service).session_id))

    assert (await service.client.get(ME)).status_code == 200


async def test_what_is_revoked_stays_so_when_redis_forgets_it(service: Service) -> None:
    assert (await service.client.post("/api/v1/auth/logout")).status_code == 204
    assert await _known(service) == b"revoked:2"
    await service.runtime.store.redis.delete(session_key(_claims(service).user_id, _claims(service).session_id))

    assert (await service.client.get(ME)).status_code == 401
    assert await _known(service) == b"revoked:2"


async def test_a_late_writer_never_turns_redis_back(service: Service) -> None:
    claims = _claims(service)
    for version, is_revoked, known in [
        (3, False, b"3"),
        (2, False, b"3"),
        (4, True, b"revoked:4"),
        (9, False, b"revoked:4"),
    ]:
        await service.runtime.gate.remember(claims.user_id, claims.session_id, version, is_revoked=is_revoked)
        assert await _known(service) == known


async def test_without_redis_postgresql_says_whether_a_session_stands(without_redis: Service) -> None:
    assert (await without_redis.client.get(ME)).status_code == 200
    assert (await without_redis.client.post("/api/v1/auth/logout")).status_code == 204
    assert (await without_redis.client.get(ME)).status_code == 401


async def test_where_neither_answers_the_reply_is_503(settings: SettingsOf) -> None:
    nowhere = free_port()
    async with open_service(settings(), log_in_as=ADMIN) as service:
        token = service.client.headers["Authorization"]
    down = settings(REDIS_URL=f"redis://127.0.0.1:{nowhere}", DATABASE_URL=f"postgresql://app@127.0.0.1:{nowhere}/app")
    async with open_service(down) as service:
        response = await service.client.get(ME, headers={"Authorization": token})

    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


async def test_a_revocation_that_redis_missed_is_repeated_until_it_has_it(
    service: Service, settings: SettingsOf, database_url: str
) -> None:
    await service.client.get(ME)
    token = {"Authorization": service.client.headers["Authorization"]}
    assert await _known(service) == b"1"
    async with open_service(settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}")) as other:
        assert (await other.client.post("/api/v1/auth/logout", headers=token)).status_code == 204
    assert await _known(service) == b"1"
    await work_off(service.runtime)

    assert await _known(service) == b"revoked:2"
    assert (await service.client.get(ME)).status_code == 401
    (event,) = await fetch(database_url, "SELECT name, version FROM outbox WHERE resource = 'session'")
    assert event == {"name": "session.revoked", "version": 2}


async def test_without_redis_log_in_is_limited_by_the_process(without_redis: Service) -> None:
    assert [await _log_in(without_redis, "wrong") for _ in range(11)] == [401] * 10 + [429]
    assert await _log_in(without_redis, PASSWORD) == 429


async def test_without_redis_a_success_counts_nothing(without_redis: Service) -> None:
    assert {await _log_in(without_redis, PASSWORD) for _ in range(11)} == {200}


async def test_many_at_once_cannot_pass_the_limit(without_redis: Service) -> None:
    statuses = await asyncio.gather(*(_log_in(without_redis, "wrong") for _ in range(24)))

    assert (statuses.count(401), statuses.count(429)) == (10, 14)
