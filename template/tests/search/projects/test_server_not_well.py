"""An Elasticsearch that is away, hangs or is slow: work goes on, and what was written is found (search, the sample)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client, Response
from tests.commands import free_port, run, scratch_database
from tests.contract.tasks.lives import work_on_one
from tests.forwarding import forwarding
from tests.search.shelf import own_indexes
from tests.troubled import TROUBLES, Trouble, refused, service, until, until_ready_with

PROJECTS, SEARCH = "/api/v1/projects", "/api/v1/search?q=rocket&limit=100"
# Left alone after three failures, for ten seconds; events come again after two, four, eight.
SECONDS = 90


def given(url: str, prefix: str = "test") -> dict[str, str]:
    return {"ELASTICSEARCH_URL": url, "ELASTICSEARCH_PREFIX": prefix, "ELASTICSEARCH_TIMEOUT": "1s"}


async def make(client: Client, name: str) -> None:
    response = await asyncio.to_thread(client.post, PROJECTS, json={"name": f"Rocket {name}"})
    assert response.status_code == 201, response.text


def titles_in(response: Response) -> list[Any]:
    """What is found, the latest first."""
    return [item["title"] for item in response.json()["items"]] if response.status_code == 200 else []


async def test_a_service_starts_and_works_while_its_server_is_away(tmp_path: Path) -> None:
    async with service(tmp_path, given(f"http://127.0.0.1:{free_port()}")) as client:
        for number in range(4):
            await make(client, str(number))
            await refused(client.get, SEARCH, within=5)
        await asyncio.to_thread(work_on_one, client)
        await until_ready_with(client, "search", "degraded", seconds=SECONDS)


@asynccontextmanager
async def dripping() -> AsyncIterator[str]:
    """The URL of a server that answers at once, and never comes to the end of it."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.1)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        # What is still being said ends with the loop of the test.
        server.close()


async def test_a_server_that_drips_is_not_waited_for(tmp_path: Path) -> None:
    async with dripping() as url, service(tmp_path, given(url), works=False) as client:
        for _ in range(4):
            await refused(client.get, SEARCH, within=5)


def test_a_re_index_says_in_one_line_that_the_server_is_away() -> None:
    away = {"ELASTICSEARCH_URL": f"http://127.0.0.1:{free_port()}", "ELASTICSEARCH_TIMEOUT": "200ms"}
    with scratch_database("search", "migrate") as url:
        done = run("reindex", DATABASE_URL=url, **away)

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "Elasticsearch does not answer" in done.stderr
    assert "ELASTICSEARCH_URL" in done.stderr


@pytest.mark.integration("ELASTICSEARCH_URL")
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_was_written_meanwhile_is_found_afterwards(tmp_path: Path, trouble: Trouble) -> None:
    with own_indexes() as own:
        where, prefix = [own["ELASTICSEARCH_URL"]], own["ELASTICSEARCH_PREFIX"]
        async with forwarding(lambda: where[-1]) as proxy, service(tmp_path, given(proxy.url, prefix)) as client:
            await make(client, "before")
            await until(client, SEARCH, lambda response: titles_in(response) == ["Rocket before"], seconds=SECONDS)

            trouble(proxy, where)
            await make(client, "meanwhile")
            for _ in range(4):
                await refused(client.get, SEARCH, within=5)
            await asyncio.to_thread(work_on_one, client)
            await until_ready_with(client, "search", "degraded", seconds=SECONDS)
            await make(client, "still")

            where[1:] = []
            proxy.trouble.end()
            found = ["Rocket still", "Rocket meanwhile", "Rocket before"]
            await until(client, SEARCH, lambda response: titles_in(response) == found, seconds=SECONDS)
            await until_ready_with(client, "search", "ok", seconds=SECONDS)
