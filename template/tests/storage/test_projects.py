"""A file store that is killed, hangs or is slow: projects go on, and files come when it is back (sample)."""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from httpx2 import Client, Response
from tests.commands import free_port, run, serving
from tests.forwarding import Proxy, forwarding
from tests.storage.buckets import TEXT, announcement, ask, own_bucket

from app.dev.psql import empty_database
from app.kit.storage.objects import Link

PROJECTS = "/api/v1/projects"
LOG_IN = {"email": "admin@acme.example", "password": "correct horse battery staple"}
LOG_IN_THERE = {"MINIO_ACCESS_KEY": "of-the-tests", "MINIO_SECRET_KEY": "of-the-tests"}
# Left alone after three failures, for ten seconds.
SECONDS = 60


@asynccontextmanager
async def service(folder: Path, **given: str) -> AsyncIterator[Client]:
    """A service with a database of its own, and the OrgAdmin of Acme as its client."""
    with empty_database(os.environ["DATABASE_URL"], f"storage_{secrets.token_hex(6)}") as database:
        for command in ("migrate", "seed"):
            assert (await asyncio.to_thread(run, command, DATABASE_URL=database)).returncode == 0
        # Starting and waiting in a thread: the proxy needs this one.
        started = serving(folder / "log", DATABASE_URL=database, MINIO_TIMEOUT="1s", **given)
        running = await asyncio.to_thread(started.__enter__)
        try:
            tokens = await asyncio.to_thread(running.client.post, "/api/v1/auth/login", json=LOG_IN)
            running.client.headers["Authorization"] = f"Bearer {tokens.json()['access_token']}"
            yield running.client
        finally:
            await asyncio.to_thread(started.__exit__, None, None, None)


async def post(client: Client, path: str, body: Any = None) -> Response:
    return await asyncio.to_thread(client.post, path, json=body)


async def until(client: Client, path: str, is_there: Callable[[Response], bool]) -> None:
    """Wait for an answer."""
    deadline = time.monotonic() + SECONDS
    while not is_there(response := await asyncio.to_thread(client.get, path)):
        assert time.monotonic() < deadline, response.text
        await asyncio.sleep(0.2)


def storage_is(status: str) -> Callable[[Response], bool]:
    return lambda response: (response.status_code, response.json()["checks"]["storage"]["status"]) == (200, status)


async def refused(client: Client, path: str, body: Any = None) -> None:
    """The operation that needs it says so, in time and in the contract's words."""
    began = time.monotonic()
    response = await post(client, path, body)
    assert (response.status_code, response.json()["type"]) == (503, "urn:problem:unavailable"), response.text
    assert int(response.headers["retry-after"]) >= 1
    assert time.monotonic() - began < 8


def _hangs(proxy: Proxy, _away: list[str]) -> None:
    proxy.trouble.flows.clear()


def _is_slow(proxy: Proxy, _away: list[str]) -> None:
    proxy.trouble.latency = 2.5


def _is_killed(proxy: Proxy, away: list[str]) -> None:
    away.append(f"http://127.0.0.1:{free_port()}")
    proxy.reset()


@pytest.mark.integration("MINIO_ENDPOINT")
@pytest.mark.parametrize("trouble", [_hangs, _is_slow, _is_killed])
async def test_what_was_sent_is_completed_when_the_store_is_back(
    tmp_path: Path, trouble: Callable[[Proxy, list[str]], None]
) -> None:
    with own_bucket() as given:
        where = [f"http://{given['MINIO_ENDPOINT']}:{given['MINIO_PORT']}"]
        async with forwarding(lambda: where[-1]) as proxy:
            given = given | {"MINIO_ENDPOINT": "127.0.0.1", "MINIO_PORT": proxy.url.rpartition(":")[2]}
            async with service(tmp_path, **given) as client:
                await _go_through(client, proxy, where, trouble)


async def _go_through(
    client: Client, proxy: Proxy, where: list[str], trouble: Callable[[Proxy, list[str]], None]
) -> None:
    project = (await post(client, PROJECTS, {"name": "Apollo"})).json()
    path = f"{PROJECTS}/{project['id']}/attachments"
    made = (await post(client, path, announcement())).json()
    assert (await _send(made["upload"], TEXT)).status_code == 200

    trouble(proxy, where)
    for _ in range(2):
        await refused(client, f"{path}/{made['id']}/complete")
        await refused(client, path, announcement())
    assert (await post(client, PROJECTS, {"name": "Gemini"})).status_code == 201
    await until(client, "/health/ready", storage_is("degraded"))

    where[1:] = []
    proxy.trouble.end()
    await until(client, "/health/ready", storage_is("ok"))
    row = (await post(client, f"{path}/{made['id']}/complete")).json()
    assert row["status"] in ("not_scanned", "scanning")


async def _send(upload: dict[str, Any], content: bytes) -> httpx2.Response:
    link = Link(upload["method"], upload["url"], datetime.now(UTC), upload["headers"])
    return await asyncio.to_thread(ask, link, content)


async def test_a_service_starts_and_works_while_the_store_is_away(tmp_path: Path) -> None:
    given = {"MINIO_ENDPOINT": "127.0.0.1", "MINIO_PORT": str(free_port()), **LOG_IN_THERE}
    async with service(tmp_path, **given) as client:
        project = (await post(client, PROJECTS, {"name": "Apollo"})).json()
        path = f"{PROJECTS}/{project['id']}/attachments"
        for _ in range(4):
            await refused(client, path, announcement())
        assert (await asyncio.to_thread(client.get, path)).json() == {"items": [], "next_cursor": None}
        await until(client, "/health/ready", storage_is("degraded"))
