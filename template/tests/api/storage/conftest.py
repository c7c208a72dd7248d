"""A service with a store, embedded or real, and somebody who attaches files (template-owned)."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from uuid import UUID

import httpx2
import pytest
from tests.api.conftest import SettingsOf
from tests.api.database import fetch
from tests.api.service import ADMIN, Service, open_service
from tests.storage.buckets import ask, own_bucket, somebody

from app.api.runtime import Runtime
from app.api.storage.stores import Store, store_of
from app.domain.caller import Caller
from app.kit.storage.objects import Link

REAL = pytest.param("real", marks=pytest.mark.integration("MINIO_ENDPOINT"))


@dataclass(frozen=True)
class Stored:
    """A service, its store, and a caller."""

    service: Service
    caller: Caller

    @property
    def runtime(self) -> Runtime:
        return self.service.runtime

    @property
    def store(self) -> Store:
        return store_of(self.runtime)

    async def send(self, link: Link, content: bytes | None = None) -> httpx2.Response:
        """Make the request of a link."""
        if not link.url.startswith("/"):
            return ask(link, content)
        return await self.service.client.request(link.method, link.url, content=content, headers=dict(link.headers))


@pytest.fixture
async def caller(database_url: str) -> Caller:
    (user,) = await fetch(database_url, f"SELECT id, organization_id FROM users WHERE email = '{ADMIN}'")
    return somebody(UUID(str(user["id"])), UUID(str(user["organization_id"])))


@pytest.fixture(params=["embedded", REAL])
def store_settings(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The settings of a store of the test's own."""
    store: AbstractContextManager[dict[str, str]] = own_bucket() if request.param == "real" else nullcontext({})
    with store as given:
        yield given


@pytest.fixture
async def stored(store_settings: dict[str, str], settings: SettingsOf, caller: Caller) -> AsyncIterator[Stored]:
    """A service on each store."""
    async with open_service(settings(**store_settings)) as service:
        yield Stored(service, caller)
