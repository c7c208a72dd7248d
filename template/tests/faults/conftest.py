"""One stack for all tests of faults, whole again before each (template-owned)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from httpx2 import Client
from tests.commands import run, serving
from tests.faults.database import fetch
from tests.faults.stack import ADMIN, PASSWORD, Stack
from tests.forwarding import forwarding
from tests.own_servers import own_postgres, own_valkey


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    folder = tmp_path_factory.mktemp("faults")
    with own_postgres(folder, durable=True) as postgres, own_valkey(folder) as redis:
        tokens = await _log_in(folder, postgres.url, redis.url)
        async with forwarding(lambda: postgres.url) as to_postgres, forwarding(lambda: redis.url) as to_redis:
            yield Stack(postgres, redis, to_postgres, to_redis, tokens, folder)


@pytest_asyncio.fixture(loop_scope="session")
async def stack(whole_stack: Stack) -> AsyncIterator[Stack]:
    yield whole_stack
    whole_stack.end_of_trouble()
    for server in (whole_stack.postgres, whole_stack.redis):
        if not server.is_running:
            server.start()


async def _log_in(folder: Path, postgres_url: str, redis_url: str) -> tuple[str, ...]:
    """Tokens of the ten demo users, the OrgAdmin of Acme first."""
    servers = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url}
    for command in ("migrate", "seed"):
        done = run(command, **servers, SEED_PASSWORD=PASSWORD)
        assert done.returncode == 0, done.stderr
    found = await fetch(postgres_url, "SELECT email FROM users ORDER BY email <> %s, email", ADMIN)
    with serving(folder / "log-in.log", **servers) as service:
        return tuple(_access_token(service.client, row["email"]) for row in found)


def _access_token(client: Client, email: str) -> str:
    reply = client.post("/api/v1/auth/login", json={"email": email, "password": PASSWORD})
    assert reply.status_code == 200, reply.text
    return str(reply.json()["access_token"])
