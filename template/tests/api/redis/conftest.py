"""Redis as the service reaches it (template-owned)."""

from collections.abc import AsyncIterator

import pytest
from tests.api.conftest import SettingsOf

from app.api.redis.store import Store, open_store


@pytest.fixture
async def store(settings_anywhere: SettingsOf) -> AsyncIterator[Store]:
    store = open_store(settings_anywhere().core)
    yield store
    await store.redis.aclose()


@pytest.fixture
async def lost_store(settings_anywhere: SettingsOf) -> AsyncIterator[Store]:
    """A Redis that is not there."""
    store = open_store(settings_anywhere(REDIS_URL="redis://127.0.0.1:1").core)
    yield store
    await store.redis.aclose()
