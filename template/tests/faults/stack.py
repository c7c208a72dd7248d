"""The service as a process of its own, with servers of its own behind proxies that bring trouble (template-owned)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from httpx2 import AsyncClient
from tests.commands import Serving, serving, working
from tests.forwarding import Proxy
from tests.own_servers import OwnServer

now = time.monotonic
ADMIN = "admin@acme.example"
PASSWORD = "a password of the tests"
# As in production, not as other tests have it.
_SETTINGS = {"REDIS_TIMEOUT": "100ms", "DATABASE_POOL_SIZE": "10", "LOG_LEVEL": "warning"}


@dataclass(frozen=True)
class Stack:
    """Both servers and the ways to them; `tokens` are those of ten users."""

    postgres: OwnServer
    redis: OwnServer
    to_postgres: Proxy
    to_redis: Proxy
    tokens: tuple[str, ...]
    folder: Path

    @asynccontextmanager
    async def serving(self, **settings: str) -> AsyncIterator["Running"]:
        """A `serve` that is alive."""
        servers = {"DATABASE_URL": self.to_postgres.url, "REDIS_URL": self.to_redis.url}
        log = self.folder / f"serve-{now()}.log"
        context = serving(log, **{**_SETTINGS, **servers, **settings})
        # Beside this loop, which carries the proxies that it talks through.
        process = await asyncio.to_thread(context.__enter__)
        try:
            async with AsyncClient(base_url=f"http://127.0.0.1:{process.port}", timeout=20, trust_env=False) as client:
                yield Running(process, client, self.tokens[0])
        finally:
            await asyncio.to_thread(context.__exit__, None, None, None)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """A `work` on the same servers, which must end well."""
        servers = {"DATABASE_URL": self.to_postgres.url, "REDIS_URL": self.to_redis.url}
        log = self.folder / f"work-{now()}.log"
        context = working(log, **{**_SETTINGS, **servers, "LOG_LEVEL": "info"})
        process = context.__enter__()
        try:
            async with asyncio.timeout(30):
                while "ready." not in log.read_text():
                    await asyncio.sleep(0.1)
            yield
            process.terminate()
            assert await asyncio.to_thread(process.wait, 40) == 0, log.read_text()[-4000:]
        finally:
            await asyncio.to_thread(context.__exit__, None, None, None)

    def end_of_trouble(self) -> None:
        """Both ways are clear."""
        self.to_postgres.trouble.end()
        self.to_redis.trouble.end()


@dataclass(frozen=True)
class Running:
    """One process of the service, and a client of the OrgAdmin of Acme."""

    process: Serving
    client: AsyncClient
    token: str

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.process.port}"

    async def read(self) -> Any:
        """The list of users."""
        return await self.client.get("/api/v1/users", headers={"Authorization": f"Bearer {self.token}"})

    async def health(self) -> tuple[int, int, dict[str, Any]]:
        """The statuses of liveness and readiness, and what readiness says."""
        live, ready = await asyncio.gather(self.client.get("/health/live"), self.client.get("/health/ready"))
        return live.status_code, ready.status_code, ready.json()

    async def until_ready(self, *, within: float) -> float:
        """Wait for readiness without a flaw; gives the seconds that it took.

        Raises:
            TimeoutError: it did not come.
        """
        began = now()
        async with asyncio.timeout(within):
            while (await self.health())[2]["status"] != "ok":
                await asyncio.sleep(0.05)
        return now() - began
