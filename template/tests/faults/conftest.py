"""One stack for all tests of faults, whole again before each (template-owned)."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import text
from tests.api.database import make_ready
from tests.api.forwarding import forwarding
from tests.api.own_servers import own_postgres, own_valkey
from tests.api.service import access_token
from tests.environment import settings_of
from tests.faults.stack import Stack

from app.api.runtime import make_runtime


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    folder = tmp_path_factory.mktemp("faults")
    with own_postgres(folder, durable=True) as postgres, own_valkey(folder) as redis:
        await make_ready(postgres.url)
        tokens = await _log_in(postgres.url, redis.url)
        async with forwarding(lambda: postgres.url) as to_postgres, forwarding(lambda: redis.url) as to_redis:
            yield Stack(postgres, redis, to_postgres, to_redis, tokens, folder)


@pytest_asyncio.fixture(loop_scope="session")
async def stack(whole_stack: Stack) -> AsyncIterator[Stack]:
    yield whole_stack
    whole_stack.end_of_trouble()
    for server in (whole_stack.postgres, whole_stack.redis):
        if not server.is_running:
            server.start()


async def _log_in(postgres_url: str, redis_url: str) -> tuple[str, ...]:
    """Tokens of the ten demo users, the OrgAdmin of Acme first."""
    runtime = make_runtime(settings_of(DATABASE_URL=postgres_url, REDIS_URL=redis_url))
    async with runtime.database.transaction() as session:
        found = await session.scalars(text("SELECT email FROM users ORDER BY email <> 'admin@acme.example', email"))
        emails = list(found)
    tokens = [await access_token(runtime, email) for email in emails]
    await runtime.database.close()
    await runtime.store.redis.aclose()
    return tuple(tokens)
