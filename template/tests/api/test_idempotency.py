"""Idempotency-Key: a request is done once, however often it is sent (template-owned)."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from httpx2 import AsyncClient, Response
from tests.api.conftest import SettingsOf
from tests.api.database import execute, fetch, until_there_is
from tests.api.notes import notes_router
from tests.api.service import ADMIN, open_service

KEY = {"Idempotency-Key": "k-1"}
NOTE = {"title": "a", "kind": "bold"}


@pytest.fixture
async def client(settings: SettingsOf) -> AsyncIterator[AsyncClient]:
    async with open_service(settings(), notes_router(), log_in_as=ADMIN) as service:
        yield service.client


async def _post(client: AsyncClient, body: object = NOTE, key: str | None = "k-1") -> Response:
    return await client.post(
        "/api/v1/tried-notes", json=body, headers={"Idempotency-Key": key} if key is not None else {}
    )


async def _count(url: str) -> int:
    (row,) = await fetch(url, "SELECT count(*) AS number FROM tried_notes")
    number: int = row["number"]
    return number


async def test_a_repeat_gets_the_first_answer(client: AsyncClient, database_url: str) -> None:
    first, second = await _post(client), await _post(client)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"] == '"1"'
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert await _count(database_url) == 1


async def test_the_order_of_members_is_no_difference(client: AsyncClient) -> None:
    first = await _post(client)

    assert (await _post(client, dict(reversed(NOTE.items())))).content == first.content


async def test_without_a_key_each_request_is_done(client: AsyncClient, database_url: str) -> None:
    await _post(client, key=None)
    await _post(client, key=None)

    assert await _count(database_url) == 2


async def test_another_body_is_refused(client: AsyncClient, database_url: str) -> None:
    await _post(client)

    response = await _post(client, {"title": "b"})

    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"pointer": "/header/Idempotency-Key", "message": "was used with another body; send a new key"}
    ]
    assert await _count(database_url) == 1


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "schlüssel".encode("latin-1").decode("latin-1")])
async def test_a_key_is_up_to_255_visible_characters(client: AsyncClient, key: str) -> None:
    headers = [(b"Idempotency-Key", key.encode("latin-1"))]

    response = await client.post("/api/v1/tried-notes", json=NOTE, headers=headers)

    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/header/Idempotency-Key")


async def test_what_failed_is_not_kept(client: AsyncClient, database_url: str) -> None:
    assert (await _post(client, {"title": "far too long a title"})).status_code == 422

    assert (await _post(client)).status_code == 201
    assert await _count(database_url) == 1


async def test_a_key_older_than_a_day_is_taken_again(client: AsyncClient, database_url: str) -> None:
    first = await _post(client)
    await execute(database_url, "UPDATE idempotency_keys SET created_at = NOW() - INTERVAL '24 hours 1 second'")

    second = await _post(client, {"title": "b"})
    third = await _post(client, {"title": "b"})

    assert (second.status_code, second.json()["title"]) == (201, "b")
    assert second.json()["id"] != first.json()["id"]
    assert third.content == second.content


async def test_a_key_younger_than_a_day_is_kept(client: AsyncClient, database_url: str) -> None:
    first = await _post(client)
    await execute(database_url, "UPDATE idempotency_keys SET created_at = NOW() - INTERVAL '23 hours 59 minutes'")

    assert (await _post(client)).content == first.content


async def test_keys_of_one_user_are_not_anothers(client: AsyncClient, database_url: str) -> None:
    first = await _post(client)
    other = "(SELECT id FROM users WHERE email = 'member@acme.example')"
    await execute(database_url, f"UPDATE idempotency_keys SET user_id = {other}")

    assert (await _post(client)).json()["id"] != first.json()["id"]


async def test_a_request_beside_the_first_waits_two_seconds_and_is_sent_away(
    settings: SettingsOf, database_url: str
) -> None:
    gate = asyncio.Event()
    async with open_service(settings(), notes_router(gate), log_in_as=ADMIN) as service:
        first = asyncio.create_task(_post(service.client))
        await until_there_is(database_url, "SELECT FROM pg_locks WHERE relation = 'tried_notes'::regclass")
        began = asyncio.get_running_loop().time()
        second = await _post(service.client)
        waited = asyncio.get_running_loop().time() - began
        gate.set()
        answer = await first

    assert (second.status_code, second.headers["retry-after"]) == (409, "1")
    assert second.json()["type"] == "urn:problem:request-in-progress"
    assert 1.9 < waited < 8
    assert answer.status_code == 201


async def test_a_request_beside_the_first_gets_its_answer_once_that_is_done(
    settings: SettingsOf, database_url: str
) -> None:
    gate = asyncio.Event()
    async with open_service(settings(), notes_router(gate), log_in_as=ADMIN) as service:
        first = asyncio.create_task(_post(service.client))
        second = asyncio.create_task(_post(service.client))
        waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        await until_there_is(database_url, waiting)
        gate.set()
        answers = await asyncio.gather(first, second)

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert await _count(database_url) == 1
