"""A MongoDB that is away, hangs or is slow: work goes on, and nothing that was done is missing (template-owned)."""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client, Response
from tests.commands import free_port, run, serving, working
from tests.documents.entries import own_mongo
from tests.forwarding import Proxy, forwarding

from app.dev.psql import empty_database

AUDIT, CURRENT = "/api/v1/audit", "/api/v1/organizations/current"
LOG_IN = {"email": "admin@acme.example", "password": "correct horse battery staple"}
# Left alone after three failures, for ten seconds; events come again after two, four, eight.
SECONDS = 60


@asynccontextmanager
async def service(folder: Path, url: str) -> AsyncIterator[Client]:
    """A service with a database of its own, and the OrgAdmin of Acme as its client."""
    with empty_database(os.environ["DATABASE_URL"], f"documents_{secrets.token_hex(6)}") as database:
        for command in ("migrate", "seed"):
            assert (await asyncio.to_thread(run, command, DATABASE_URL=database)).returncode == 0
        given = {"DATABASE_URL": database, "MONGODB_URL": url, "MONGODB_TIMEOUT": "1s"}
        # Starting and waiting in a thread: the proxy needs this one.
        worker = working(folder / "work.log", **given)
        worker.__enter__()
        started = serving(folder / "log", **given)
        running = await asyncio.to_thread(started.__enter__)
        try:
            tokens = await asyncio.to_thread(running.client.post, "/api/v1/auth/login", json=LOG_IN)
            running.client.headers["Authorization"] = f"Bearer {tokens.json()['access_token']}"
            yield running.client
        finally:
            await asyncio.to_thread(started.__exit__, None, None, None)
            await asyncio.to_thread(worker.__exit__, None, None, None)


async def rename(client: Client, name: str) -> None:
    response = await asyncio.to_thread(client.patch, CURRENT, json={"name": name}, headers={"If-Match": "*"})
    assert response.status_code == 200, response.text


async def until(client: Client, path: str, is_there: Callable[[Response], bool]) -> Response:
    """The answer that is waited for."""
    deadline = time.monotonic() + SECONDS
    while not is_there(response := await asyncio.to_thread(client.get, path)):
        assert time.monotonic() < deadline, response.text
        await asyncio.sleep(0.2)
    return response


def names_in(response: Response) -> list[Any]:
    """What the organization was called, the latest first."""
    items = response.json()["items"] if response.status_code == 200 else []
    return [entry["changes"]["name"]["to"] for entry in items]


def documents_of(response: Response) -> tuple[int, str]:
    return response.status_code, response.json()["checks"]["documents"]["status"]


async def refused(client: Client) -> None:
    """The operation that needs it says so, in time and in the contract's words."""
    began = time.monotonic()
    response = await asyncio.to_thread(client.get, AUDIT)
    assert (response.status_code, response.json()["type"]) == (503, "urn:problem:unavailable")
    assert int(response.headers["retry-after"]) >= 1
    assert time.monotonic() - began < 5


async def test_a_service_starts_and_works_while_its_server_is_away(tmp_path: Path) -> None:
    async with service(tmp_path, f"mongodb://127.0.0.1:{free_port()}/app") as client:
        for number in range(4):
            await rename(client, f"Engines {number}")
            await refused(client)
        ready = await until(client, "/health/ready", lambda response: documents_of(response)[1] == "degraded")
        assert documents_of(ready) == (200, "degraded")


def _hangs(proxy: Proxy, _away: list[str]) -> None:
    proxy.trouble.flows.clear()


def _is_slow(proxy: Proxy, _away: list[str]) -> None:
    proxy.trouble.latency = 2.0


def _is_killed(proxy: Proxy, away: list[str]) -> None:
    away.append(f"mongodb://127.0.0.1:{free_port()}/app")
    proxy.reset()


@pytest.mark.integration("MONGODB_URL")
@pytest.mark.parametrize("trouble", [_hangs, _is_slow, _is_killed])
async def test_what_was_done_meanwhile_is_told_afterwards(
    tmp_path: Path, trouble: Callable[[Proxy, list[str]], None]
) -> None:
    with own_mongo() as url:
        where = [url]
        async with forwarding(lambda: where[-1]) as proxy, service(tmp_path, proxy.url) as client:
            await rename(client, "Before")
            await until(client, AUDIT, lambda response: names_in(response) == ["Before"])

            trouble(proxy, where)
            await rename(client, "Meanwhile")
            for _ in range(4):
                await refused(client)
            ready = await until(client, "/health/ready", lambda response: documents_of(response)[1] == "degraded")
            assert documents_of(ready) == (200, "degraded")
            await rename(client, "Still")

            where[1:] = []
            proxy.trouble.end()
            await until(client, AUDIT, lambda response: names_in(response) == ["Still", "Meanwhile", "Before"])
            assert documents_of(await until(client, "/health/ready", lambda r: documents_of(r)[1] == "ok")) == (
                200,
                "ok",
            )
