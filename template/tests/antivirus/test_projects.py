"""A clamd that is killed, hangs or is slow: projects go on, and files wait until it is back (sample)."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from httpx2 import Client
from tests.antivirus.files import clamd_settings
from tests.contract.storage.steps import Attachment, attach, complete, uploaded
from tests.contract.tasks.lives import work_on_one
from tests.forwarding import forwarding
from tests.troubled import TROUBLES, Trouble, service, until, until_ready_with

T = TypeVar("T")
PROJECTS = "/api/v1/projects"
# Left alone after three failures, for ten seconds; events come again after two, four, eight.
SECONDS = 60


async def do(step: Callable[..., T], *arguments: object) -> T:
    """A step in a thread: the proxy needs this one."""
    return await asyncio.to_thread(step, *arguments)


def attachments_of_a_new_project(client: Client) -> str:
    """Their path."""
    response = client.post(PROJECTS, json={"name": "Apollo"})
    assert response.status_code == 201, response.text
    return f"{PROJECTS}/{response.json()['id']}/attachments"


@pytest.mark.integration("CLAMAV_HOST")
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_was_sent_meanwhile_is_scanned_when_it_is_back(tmp_path: Path, trouble: Trouble) -> None:
    real = clamd_settings()
    where = [f"tcp://{real['CLAMAV_HOST']}:{real['CLAMAV_PORT']}"]
    async with forwarding(lambda: where[-1]) as proxy:
        given = {"CLAMAV_HOST": "127.0.0.1", "CLAMAV_PORT": proxy.url.rpartition(":")[2], "CLAMAV_TIMEOUT": "1s"}
        async with service(tmp_path, {**given, "DATA_DIR": str(tmp_path / "data")}) as client:
            path = await do(attachments_of_a_new_project, client)
            assert (await do(attach, client, path))["status"] == "clean"

            trouble(proxy, where)
            path = await do(attachments_of_a_new_project, client)
            made: Attachment = await do(uploaded, client, path)
            assert (await do(complete, client, path, made))["status"] == "scanning"
            await do(work_on_one, client)
            await until_ready_with(client, "antivirus", "degraded", seconds=SECONDS)
            assert (await do(client.get, f"{path}/{made['id']}/download")).status_code == 409

            where[1:] = []
            proxy.trouble.end()
            await until(client, f"{path}/{made['id']}", lambda row: row.json()["status"] == "clean", seconds=SECONDS)
            await until_ready_with(client, "antivirus", "ok", seconds=SECONDS)
