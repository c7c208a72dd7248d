"""A MongoDB that is away, hangs or is slow: work goes on, and nothing that was done is missing (template-owned)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client, Response
from tests.commands import free_port
from tests.documents.entries import own_mongo
from tests.forwarding import forwarding
from tests.troubled import TROUBLES, Trouble, refused, service, until, until_ready_with

AUDIT, CURRENT = "/api/v1/audit", "/api/v1/organizations/current"
# Left alone after three failures, for ten seconds; events come again after two, four, eight.
SECONDS = 60


def given(url: str) -> dict[str, str]:
    return {"MONGODB_URL": url, "MONGODB_TIMEOUT": "1s"}


async def rename(client: Client, name: str) -> None:
    response = await asyncio.to_thread(client.patch, CURRENT, json={"name": name}, headers={"If-Match": "*"})
    assert response.status_code == 200, response.text


def names_in(response: Response) -> list[Any]:
    """What the organization was called, the latest first."""
    items = response.json()["items"] if response.status_code == 200 else []
    return [entry["changes"]["name"]["to"] for entry in items]


async def test_a_service_starts_and_works_while_its_server_is_away(tmp_path: Path) -> None:
    async with service(tmp_path, given(f"mongodb://127.0.0.1:{free_port()}/app")) as client:
        for number in range(4):
            await rename(client, f"Engines {number}")
            await refused(client.get, AUDIT, within=5)
        await until_ready_with(client, "documents", "degraded", seconds=SECONDS)


@pytest.mark.integration("MONGODB_URL")
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_was_done_meanwhile_is_told_afterwards(tmp_path: Path, trouble: Trouble) -> None:
    with own_mongo() as url:
        where = [url]
        async with forwarding(lambda: where[-1]) as proxy, service(tmp_path, given(proxy.url)) as client:
            await rename(client, "Before")
            await until(client, AUDIT, lambda response: names_in(response) == ["Before"], seconds=SECONDS)

            trouble(proxy, where)
            await rename(client, "Meanwhile")
            for _ in range(4):
                await refused(client.get, AUDIT, within=5)
            await until_ready_with(client, "documents", "degraded", seconds=SECONDS)
            await rename(client, "Still")

            where[1:] = []
            proxy.trouble.end()
            names = ["Still", "Meanwhile", "Before"]
            await until(client, AUDIT, lambda response: names_in(response) == names, seconds=SECONDS)
            await until_ready_with(client, "documents", "ok", seconds=SECONDS)
