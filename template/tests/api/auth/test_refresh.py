"""Refresh tokens from the inside: time, keys and races (template-owned; contract, "Tokens"; RFC 9700)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from tests.api.conftest import SettingsOf
from tests.api.database import connected, execute, fetch, until_there_is
from tests.api.service import ADMIN, Service, open_service
from tests.contract.people import claims_of
from tests.environment import SECRET_KEY, new_signing_keys

PASSWORD = "a password of the tests"
AUTH = "/api/v1/auth"


@pytest.fixture
async def service(settings: SettingsOf) -> AsyncIterator[Service]:
    async with open_service(settings()) as service:
        yield service


async def _log_in(service: Service) -> dict[str, Any]:
    response = await service.client.post(f"{AUTH}/login", json={"email": ADMIN, "password": PASSWORD})
    assert response.status_code == 200, response.text
    tokens: dict[str, Any] = response.json()
    return tokens


async def _refresh(service: Service, token: str) -> Response:
    return await service.client.post(f"{AUTH}/refresh", json={"refresh_token": token})


async def _next(service: Service, token: str) -> str:
    response = await _refresh(service, token)
    assert response.status_code == 200, response.text
    return str(response.json()["refresh_token"])


async def _me(service: Service, tokens: dict[str, Any]) -> int:
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    return (await service.client.get(f"{AUTH}/me", headers=headers)).status_code


async def test_only_hashes_are_stored(service: Service, database_url: str) -> None:
    first = (await _log_in(service))["refresh_token"]
    second = await _next(service, first)

    rows = await fetch(database_url, "SELECT * FROM refresh_tokens ORDER BY generation")
    assert [(row["generation"], len(row["hash"])) for row in rows] == [(0, 32), (1, 32)]
    assert rows[1]["parent"] == rows[0]["hash"]
    stored = str(rows) + str(await fetch(database_url, "SELECT * FROM sessions"))
    assert first not in stored
    assert second not in stored


async def test_the_parent_is_repeated_within_ten_seconds_only(service: Service, database_url: str) -> None:
    tokens = await _log_in(service)
    first = tokens["refresh_token"]
    child = await _next(service, first)
    await execute(database_url, "UPDATE refresh_tokens SET used_at = used_at - INTERVAL '9 seconds'")
    assert await _next(service, first) == child
    await execute(database_url, "UPDATE refresh_tokens SET used_at = used_at - INTERVAL '2 seconds'")

    assert (await _refresh(service, first)).status_code == 401
    assert (await _refresh(service, child)).status_code == 401
    assert await _me(service, tokens) == 401
    events = await fetch(database_url, "SELECT name, version FROM outbox")
    assert events == [{"name": "session.revoked", "version": 2}]


async def test_fifty_uses_at_once_get_one_child_and_the_family_lives(service: Service, database_url: str) -> None:
    first = (await _log_in(service))["refresh_token"]

    answers = await asyncio.gather(*(_refresh(service, first) for _ in range(50)))

    assert {answer.status_code for answer in answers} == {200}
    (child,) = {answer.json()["refresh_token"] for answer in answers}
    assert (await _refresh(service, child)).status_code == 200
    (row,) = await fetch(database_url, "SELECT count(*) AS tokens FROM refresh_tokens")
    assert row["tokens"] == 3


async def test_a_role_that_changes_while_the_session_is_waited_for_is_the_new_one(
    service: Service, database_url: str
) -> None:
    token = (await _log_in(service))["refresh_token"]
    async with connected(database_url) as other:
        async with other.transaction():
            await other.execute("UPDATE users SET role = 'Guest' WHERE email = $1", ADMIN)
            await other.execute("UPDATE sessions SET version = version + 1")
            answer = asyncio.create_task(_refresh(service, token))
            await until_there_is(database_url, "SELECT FROM pg_locks WHERE NOT granted")
        tokens = (await answer).json()

    claims = claims_of(tokens["access_token"])
    assert (claims["roles"], claims["sv"]) == (["Guest"], 2)


async def test_a_session_ends_seven_days_after_its_log_in_whatever_was_refreshed(
    service: Service, database_url: str
) -> None:
    tokens = await _log_in(service)
    assert 604_795 <= tokens["refresh_expires_in"] <= 604_800
    await execute(database_url, "UPDATE sessions SET expires_at = expires_at - INTERVAL '6 days 23 hours 50 minutes'")

    renewed = (await _refresh(service, tokens["refresh_token"])).json()
    assert 590 <= renewed["refresh_expires_in"] <= 600
    assert renewed["expires_in"] <= renewed["refresh_expires_in"]
    await execute(database_url, "UPDATE sessions SET expires_at = NOW()")

    assert (await _refresh(service, renewed["refresh_token"])).status_code == 401


async def test_a_family_goes_on_with_its_key_until_that_is_removed(settings: SettingsOf, tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text(SECRET_KEY)
    async with open_service(settings(SECRET_KEY="", SECRET_KEY_PATH=str(file))) as service:
        token = (await _log_in(service))["refresh_token"]
        file.write_text(f"{'n' * 40}\n{SECRET_KEY}")
        token = await _next(service, token)
        file.write_text("n" * 40)

        assert (await _refresh(service, token)).status_code == 401
        assert (await _refresh(service, (await _log_in(service))["refresh_token"])).status_code == 200


async def test_an_access_token_lives_as_long_as_its_key(settings: SettingsOf, tmp_path: Path) -> None:
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    (old_private, old_public), (new_private, new_public) = new_signing_keys(), new_signing_keys()
    private.write_text(old_private)
    public.write_text(old_public)
    paths = {"JWT_PRIVATE_KEY_PATH": str(private), "JWT_PUBLIC_KEY_PATH": str(public)}
    async with open_service(settings(JWT_PRIVATE_KEY="", JWT_PUBLIC_KEY="", **paths)) as service:
        old = await _log_in(service)
        public.write_text(new_public + old_public)
        private.write_text(new_private)
        new = await _log_in(service)
        served = (await service.client.get("/.well-known/jwks.json")).json()["keys"]
        assert [await _me(service, old), await _me(service, new), len(served)] == [200, 200, 2]
        public.write_text(new_public)
        # What a token says is known again without a look at the file, for a second.
        await asyncio.sleep(1)

        assert [await _me(service, old), await _me(service, new)] == [401, 200]
