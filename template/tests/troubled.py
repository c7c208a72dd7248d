"""A service one of whose servers is away, hangs or is slow, as the tests of components need it (template-owned)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from httpx2 import Client, Response
from tests.commands import free_port, scratch_database, serving, working
from tests.forwarding import Proxy

T = TypeVar("T")
# What becomes of a server behind a proxy; the last of the URLs is where the proxy then looks for it.
Trouble = Callable[[Proxy, list[str]], None]
_LOG_IN = {"email": "admin@acme.example", "password": "correct horse battery staple"}


@asynccontextmanager
async def service(folder: Path, settings: Mapping[str, str], *, works: bool = True) -> AsyncIterator[Client]:
    """The OrgAdmin of Acme as client of a service with a database of its own, and a worker where it `works`."""
    async with AsyncExitStack() as stack:

        async def entered(context: AbstractContextManager[T]) -> T:
            # Starting and waiting in a thread: the proxy needs this one.
            value = await asyncio.to_thread(context.__enter__)
            stack.push_async_callback(asyncio.to_thread, context.__exit__, None, None, None)
            return value

        database = await entered(scratch_database("troubled", "migrate", "seed"))
        given = {**settings, "DATABASE_URL": database}
        if works:
            await entered(working(folder / "work.log", **given))
        client = (await entered(serving(folder / "log", **given))).client
        tokens = await asyncio.to_thread(client.post, "/api/v1/auth/login", json=_LOG_IN)
        client.headers["Authorization"] = f"Bearer {tokens.json()['access_token']}"
        yield client


async def until(client: Client, path: str, is_there: Callable[[Response], bool], *, seconds: float) -> Response:
    """The answer that is waited for; the last one is in the failure."""
    deadline = time.monotonic() + seconds
    while not is_there(response := await asyncio.to_thread(client.get, path)):
        assert time.monotonic() < deadline, response.text
        await asyncio.sleep(0.2)
    return response


async def refused(ask: Callable[..., Response], *arguments: Any, within: float, **given: Any) -> None:
    """The operation that needs the server says so, in time and in the contract's words."""
    began = time.monotonic()
    response = await asyncio.to_thread(ask, *arguments, **given)
    assert (response.status_code, response.json()["type"]) == (503, "urn:problem:unavailable"), response.text
    assert int(response.headers["retry-after"]) >= 1
    assert time.monotonic() - began < within


async def until_ready_with(client: Client, check: str, status: str, *, seconds: float) -> None:
    """Wait until readiness says this of the server; the service is ready then."""

    def says_so(response: Response) -> bool:
        return bool(response.json()["checks"][check]["status"] == status)

    assert (await until(client, "/health/ready", says_so, seconds=seconds)).status_code == 200


def hangs(proxy: Proxy, _away: list[str]) -> None:
    proxy.trouble.flows.clear()


def is_slow(proxy: Proxy, _away: list[str]) -> None:
    """Slower than the second that the tests give it."""
    proxy.trouble.latency = 2.5


def is_killed(proxy: Proxy, away: list[str]) -> None:
    away.append(f"http://127.0.0.1:{free_port()}")
    proxy.reset()


TROUBLES: tuple[Trouble, ...] = (hangs, is_slow, is_killed)
