"""What every operation refuses before its own code runs, in the contract's order (template-owned)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import APIRouter
from httpx2 import AsyncClient, Response
from tests.api.conftest import SettingsOf
from tests.api.notes import notes_router
from tests.api.service import ADMIN, open_service

from app.api.layers.operation import Operation
from app.domain.operations import AccessError

JSON = {"Content-Type": "application/json"}
ROW = "/api/v1/tried-notes/00000000-0000-4000-8000-000000000001"


@pytest.fixture
async def client(settings: SettingsOf) -> AsyncIterator[AsyncClient]:
    async with open_service(settings(BODY_LIMIT="2048"), notes_router(), log_in_as=ADMIN) as service:
        yield service.client


def _pointers(response: Response) -> list[str]:
    assert response.json()["type"] == "urn:problem:invalid-request"
    return [error["pointer"] for error in response.json()["errors"]]


async def test_who_asks_comes_before_how_the_body_reads(client: AsyncClient) -> None:
    del client.headers["Authorization"]

    response = await client.post("/api/v1/tried-notes", content=b"no JSON", headers={"Content-Type": "text/plain"})

    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert response.json()["type"] == "urn:problem:unauthenticated"


async def test_what_a_role_may_do_comes_before_how_the_body_reads(settings: SettingsOf) -> None:
    async with open_service(settings(), notes_router(), log_in_as="member@acme.example") as service:
        response = await service.client.post("/api/v1/tried-notes", content=b"no JSON")

    assert (response.status_code, response.json()["type"]) == (403, "urn:problem:forbidden")


def test_an_operation_that_does_not_say_who_may_use_it_cannot_be_made() -> None:
    router = APIRouter(prefix="/notes", route_class=Operation)

    with pytest.raises(AccessError, match="read_notes: say who may use it"):
        router.get("")(read_notes)


async def read_notes() -> None:
    """An operation of nobody."""


async def test_a_body_that_does_not_arrive_is_the_callers_failure(settings: SettingsOf) -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    async with open_service(settings(REQUEST_TIMEOUT="3s"), notes_router(), log_in_as=ADMIN) as service:
        response = await service.client.post("/api/v1/tried-notes", content=drip(), headers=JSON)

    assert (response.status_code, response.json()["type"]) == (408, "urn:problem:request-too-late")
    assert response.headers["connection"] == "close"


async def test_a_large_body_comes_before_its_media_type(client: AsyncClient) -> None:
    response = await client.post("/api/v1/tried-notes", content=b"x" * 2049, headers={"Content-Type": "text/plain"})

    assert (response.status_code, response.json()["detail"]) == (413, "A body may have 2048 bytes at most.")


async def test_a_body_of_unknown_length_is_cut_off_at_the_limit(client: AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000
            await asyncio.sleep(0)

    response = await client.post("/api/v1/tried-notes", content=endless(), headers=JSON)

    assert response.status_code == 413


@pytest.mark.parametrize("media_type", ["text/plain", "", "application/merge-patch+json", "application/jsonp"])
async def test_a_media_type_comes_before_what_the_body_says(client: AsyncClient, media_type: str) -> None:
    response = await client.post("/api/v1/tried-notes", content=b"no JSON", headers={"Content-Type": media_type})

    assert (response.status_code, response.json()["detail"]) == (415, "Send the body as application/json.")


@pytest.mark.parametrize("media_type", ["application/json", "application/merge-patch+json; charset=utf-8"])
async def test_a_patch_may_be_a_merge_patch(client: AsyncClient, media_type: str) -> None:
    headers = {"Content-Type": media_type, "If-Match": '"3"'}

    response = await client.patch(ROW, content=b'{"title": "a"}', headers=headers)

    assert (response.status_code, response.json()) == (200, {"title": "a"})


@pytest.mark.parametrize("body", [b"", b"{", b'{"a":1,"a":2}', b'"\xff"', b"[" * 3000 + b"]" * 3000], ids=str)
async def test_what_is_no_document_is_malformed(client: AsyncClient, body: bytes) -> None:
    response = await client.post("/api/v1/tried-notes", content=body[:2000], headers=JSON)

    assert (response.status_code, response.json()["type"]) == (400, "urn:problem:malformed-request")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/body/title"]),
        ({"title": "x" * 11, "kind": "odd"}, ["/body/title", "/body/kind"]),
        ({"title": "x", "a/b~c": 1}, ["/body/a~1b~0c"]),
        ([], ["/body"]),
        ("text", ["/body"]),
    ],
)
async def test_each_wrong_field_is_pointed_at(client: AsyncClient, body: Any, pointers: list[str]) -> None:
    response = await client.post("/api/v1/tried-notes", json=body)

    assert response.status_code == 422
    assert _pointers(response) == pointers


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ("limit=0", ["/query/limit"]),
        ("limit=101&sort=id", ["/query/limit", "/query/sort"]),
        ("limit=hunter2", ["/query/limit"]),
        ("unknown=1", ["/query/unknown"]),
        ("cursor=hunter2", ["/query/cursor"]),
    ],
)
async def test_each_wrong_query_parameter_is_pointed_at(client: AsyncClient, query: str, pointers: list[str]) -> None:
    response = await client.get(f"/api/v1/tried-notes?{query}")

    assert response.status_code == 422
    assert _pointers(response) == pointers
    assert "hunter2" not in response.json()["errors"][0]["message"]


async def test_an_operation_without_query_takes_none(client: AsyncClient) -> None:
    response = await client.get(f"{ROW}?a=1&b=2&a=3")

    assert response.status_code == 422
    assert _pointers(response) == ["/query/a", "/query/b"]


@pytest.mark.parametrize(
    "path", ["/api/v1/tried-notes/1", "/api/v1/tried-notes/", f"{ROW}/", "/api/v1", "/api/v2/notes"]
)
async def test_a_path_that_is_none_is_not_found(client: AsyncClient, path: str) -> None:
    response = await client.get(path)

    assert (response.status_code, response.json()["type"]) == (404, "urn:problem:not-found")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "BREW"])
async def test_a_method_that_the_path_lacks_is_refused_with_those_it_has(client: AsyncClient, method: str) -> None:
    response = await client.request(method, ROW)

    assert (response.status_code, response.headers["allow"]) == (405, "GET, PATCH")


async def test_if_match_may_come_in_several_lines(client: AsyncClient) -> None:
    response = await client.patch(ROW, json={}, headers=[("If-Match", '"1"'), ("If-Match", '"3"')])

    assert response.status_code == 200


async def test_a_path_that_is_no_text_is_an_ordinary_error(client: AsyncClient) -> None:
    response = await client.get("/api/v1/%ff%00/%ed%a0%80")

    assert response.status_code == 404
    assert response.json()["request_id"] == response.headers["x-request-id"]
