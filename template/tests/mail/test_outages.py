"""A mail server that is killed, hangs or is slow: log-ins go on, and mail comes when it is back (template-owned)."""

import asyncio
from email import message_from_bytes
from pathlib import Path

import pytest
from httpx2 import Client
from tests.dev.processes import wait_until
from tests.forwarding import forwarding
from tests.mail.inbox import Inbox, smtp_servers
from tests.troubled import TROUBLES, Trouble, service, until_ready_with

# The server of the tests leaves a stream to the garbage collector when a client goes away.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
ACCOUNT = {"email": "member@acme.example", "password": "correct horse battery staple"}
# Left alone after three failures, for ten seconds; events come again after two, four, eight.
SECONDS = 60


async def log_in(client: Client, device: str) -> None:
    """From a device; each but the first is told by mail."""
    headers = {"User-Agent": device}
    response = await asyncio.to_thread(client.post, "/api/v1/auth/login", json=ACCOUNT, headers=headers)
    assert response.status_code == 200, response.text


async def until_told(inbox: Inbox, number: int) -> None:
    """Wait for so many mails: one whose yes came too late is there again, under its id."""

    def are_there() -> bool:
        return len({message_from_bytes(each.content)["Message-ID"] for each in inbox.envelopes}) == number

    assert await asyncio.to_thread(wait_until, are_there, SECONDS)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_mail_of_what_was_done_meanwhile_comes_when_it_is_back(tmp_path: Path, trouble: Trouble) -> None:
    with smtp_servers() as start_smtp:
        inbox, port = await asyncio.to_thread(start_smtp)
        where = [f"smtp://127.0.0.1:{port}"]
        async with forwarding(lambda: where[-1]) as proxy:
            given = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": proxy.url.rpartition(":")[2], "SMTP_TIMEOUT": "1s"}
            async with service(tmp_path, given) as client:
                await log_in(client, "The first device")
                await log_in(client, "Another device")
                await until_told(inbox, 1)

                trouble(proxy, where)
                await log_in(client, "A third device")
                await until_ready_with(client, "mail", "degraded", seconds=SECONDS)
                # Also the worker has asked it by now.
                await asyncio.sleep(2)
                assert len(inbox.envelopes) == 1

                where[1:] = []
                proxy.trouble.end()
                await until_told(inbox, 2)
                await until_ready_with(client, "mail", "ok", seconds=SECONDS)
