"""An Elasticsearch that is away, hangs or is slow: work goes on, and what was written is found (search, the sample)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client, Response
from tests.commands import free_port, run, scratch_database, serving, working
from tests.forwarding import Proxy, forwarding
from tests.search.shelf import own_indexes

PROJECTS, SEARCH = "/api/v1/projects", "/api/v1/search?q=rocket&limit=100"
LOG_IN = {"email": "admin@acme.example", "password": "correct horse battery staple"}
# Left alone after three failures, for ten seconds; events come again after two, four, eight.
SECONDS = 90


@asynccontextmanager
async def service(folder: Path, url: str, prefix: str = "test") -> AsyncIterator[Client]:
    """A service with a database of its own, and the OrgAdmin of Acme as its client."""
    scratch = scratch_database("search", "migrate", "seed")
    given = {"ELASTICSEARCH_URL": url, "ELASTICSEARCH_PREFIX": prefix, "ELASTICSEARCH_TIMEOUT": "1s"}
    # Starting and waiting in a thread: the proxy needs this one.
    given["DATABASE_URL"] = await asyncio.to_thread(scratch.__enter__)
    worker, started = working(folder / "work.log", **given), serving(folder / "log", **given)
    worker.__enter__()
    running = await asyncio.to_thread(started.__enter__)
    try:
        tokens = await asyncio.to_thread(running.client.post, "/api/v1/auth/login", json=LOG_IN)
        running.client.headers["Authorization"] = f"Bearer {tokens.json()['access_token']}"
        yield running.client
    finally:
        for each in (started, worker, scratch):
            await asyncio.to_thread(each.__exit__, None, None, None)


async def make(client: Client, name: str) -> None:
    response = await asyncio.to_thread(client.post, PROJECTS, json={"name": f"Rocket {name}"})
    assert response.status_code == 201, response.text


async def until(client: Client, path: str, is_there: Callable[[Response], bool]) -> Response:
    """The answer that is waited for."""
    deadline = time.monotonic() + SECONDS
    while not is_there(response := await asyncio.to_thread(client.get, path)):
        assert time.monotonic() < deadline, response.text
        await asyncio.sleep(0.2)
    return response


def titles_in(response: Response) -> list[Any]:
    """What is found, the latest first."""
    return [item["title"] for item in response.json()["items"]] if response.status_code == 200 else []


def search_of(response: Response) -> tuple[int, str]:
    return response.status_code, response.json()["checks"]["search"]["status"]


async def refused(client: Client) -> None:
    """The operation that needs it says so, in time and in the contract's words."""
    began = time.monotonic()
    response = await asyncio.to_thread(client.get, SEARCH)
    assert (response.status_code, response.json()["type"]) == (503, "urn:problem:unavailable")
    assert int(response.headers["retry-after"]) >= 1
    assert time.monotonic() - began < 5


async def test_a_service_starts_and_works_while_its_server_is_away(tmp_path: Path) -> None:
    async with service(tmp_path, f"http://127.0.0.1:{free_port()}") as client:
        for number in range(4):
            await make(client, str(number))
            await refused(client)
        ready = await until(client, "/health/ready", lambda response: search_of(response)[1] == "degraded")
        assert search_of(ready) == (200, "degraded")


def test_a_re_index_says_in_one_line_that_the_server_is_away() -> None:
    away = {"ELASTICSEARCH_URL": f"http://127.0.0.1:{free_port()}", "ELASTICSEARCH_TIMEOUT": "200ms"}
    with scratch_database("search", "migrate") as url:
        done = run("reindex", DATABASE_URL=url, **away)

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "Elasticsearch does not answer" in done.stderr
    assert "ELASTICSEARCH_URL" in done.stderr


def _hangs(proxy: Proxy, _away: list[str]) -> None:
    proxy.trouble.flows.clear()


def _is_slow(proxy: Proxy, _away: list[str]) -> None:
    proxy.trouble.latency = 2.0


def _is_killed(proxy: Proxy, away: list[str]) -> None:
    away.append(f"http://127.0.0.1:{free_port()}")
    proxy.reset()


@pytest.mark.integration("ELASTICSEARCH_URL")
@pytest.mark.parametrize("trouble", [_hangs, _is_slow, _is_killed])
async def test_what_was_written_meanwhile_is_found_afterwards(
    tmp_path: Path, trouble: Callable[[Proxy, list[str]], None]
) -> None:
    with own_indexes() as given:
        where = [given["ELASTICSEARCH_URL"]]
        prefix = given["ELASTICSEARCH_PREFIX"]
        async with forwarding(lambda: where[-1]) as proxy, service(tmp_path, proxy.url, prefix) as client:
            await make(client, "before")
            await until(client, SEARCH, lambda response: titles_in(response) == ["Rocket before"])

            trouble(proxy, where)
            await make(client, "meanwhile")
            for _ in range(4):
                await refused(client)
            ready = await until(client, "/health/ready", lambda response: search_of(response)[1] == "degraded")
            assert search_of(ready) == (200, "degraded")
            await make(client, "still")

            where[1:] = []
            proxy.trouble.end()
            found = ["Rocket still", "Rocket meanwhile", "Rocket before"]
            await until(client, SEARCH, lambda response: titles_in(response) == found)
            assert search_of(await until(client, "/health/ready", lambda r: search_of(r)[1] == "ok")) == (200, "ok")
