"""A file store that is killed, hangs or is slow: projects go on, and files come when it is back (sample)."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from httpx2 import Client, Response
from tests.commands import free_port
from tests.contract.tasks.lives import work_on_one
from tests.forwarding import Proxy, forwarding
from tests.storage.buckets import TEXT, announcement, ask, own_bucket
from tests.troubled import TROUBLES, Trouble, refused, service, until_ready_with

from app.kit.storage.objects import Link

PROJECTS = "/api/v1/projects"
LOG_IN_THERE = {"MINIO_ACCESS_KEY": "of-the-tests", "MINIO_SECRET_KEY": "of-the-tests"}
# Left alone after three failures, for ten seconds.
SECONDS = 60


async def post(client: Client, path: str, body: Any = None) -> Response:
    return await asyncio.to_thread(client.post, path, json=body)


@pytest.mark.integration("MINIO_ENDPOINT")
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_was_sent_is_completed_when_the_store_is_back(tmp_path: Path, trouble: Trouble) -> None:
    with own_bucket() as given:
        where = [f"http://{given['MINIO_ENDPOINT']}:{given['MINIO_PORT']}"]
        async with forwarding(lambda: where[-1]) as proxy:
            given = given | {"MINIO_ENDPOINT": "127.0.0.1", "MINIO_PORT": proxy.url.rpartition(":")[2]}
            async with service(tmp_path, {"MINIO_TIMEOUT": "1s", **given}, works=False) as client:
                await _go_through(client, proxy, where, trouble)


async def _go_through(client: Client, proxy: Proxy, where: list[str], trouble: Trouble) -> None:
    project = (await post(client, PROJECTS, {"name": "Apollo"})).json()
    path = f"{PROJECTS}/{project['id']}/attachments"
    made = (await post(client, path, announcement())).json()
    assert (await _send(made["upload"], TEXT)).status_code == 200

    trouble(proxy, where)
    for _ in range(2):
        await refused(client.post, f"{path}/{made['id']}/complete", within=8)
        await refused(client.post, path, json=announcement(), within=8)
    await asyncio.to_thread(work_on_one, client)
    await until_ready_with(client, "storage", "degraded", seconds=SECONDS)

    where[1:] = []
    proxy.trouble.end()
    await until_ready_with(client, "storage", "ok", seconds=SECONDS)
    row = (await post(client, f"{path}/{made['id']}/complete")).json()
    assert row["status"] in ("not_scanned", "scanning")


async def _send(upload: dict[str, Any], content: bytes) -> httpx2.Response:
    link = Link(upload["method"], upload["url"], datetime.now(UTC), upload["headers"])
    return await asyncio.to_thread(ask, link, content)


async def test_a_service_starts_and_works_while_the_store_is_away(tmp_path: Path) -> None:
    given = {"MINIO_ENDPOINT": "127.0.0.1", "MINIO_PORT": str(free_port()), **LOG_IN_THERE}
    async with service(tmp_path, {"MINIO_TIMEOUT": "1s", **given}, works=False) as client:
        project = (await post(client, PROJECTS, {"name": "Apollo"})).json()
        path = f"{PROJECTS}/{project['id']}/attachments"
        for _ in range(4):
            await refused(client.post, path, json=announcement(), within=8)
        await asyncio.to_thread(work_on_one, client)
        assert (await asyncio.to_thread(client.get, path)).json() == {"items": [], "next_cursor": None}
        await until_ready_with(client, "storage", "degraded", seconds=SECONDS)
