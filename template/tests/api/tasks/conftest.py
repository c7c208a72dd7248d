"""A client of the OrgAdmin of Acme, a project and the ids of people (sample: yours after the first render)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx2 import AsyncClient
from tests.api.conftest import SettingsOf
from tests.api.database import fetch
from tests.api.service import ADMIN, open_service
from tests.api.tasks.steps import make_project


@pytest.fixture
async def client(settings: SettingsOf) -> AsyncIterator[AsyncClient]:
    async with open_service(settings(), log_in_as=ADMIN) as service:
        yield service.client


@pytest.fixture
async def project(client: AsyncClient) -> dict[str, Any]:
    return await make_project(client)


@pytest.fixture
async def people(database_url: str) -> dict[str, str]:
    """The id of each seeded user, by email."""
    return {row["email"]: str(row["id"]) for row in await fetch(database_url, "SELECT id, email FROM users")}
