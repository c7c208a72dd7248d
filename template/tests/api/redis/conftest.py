"""Redis as the service reaches it (template-owned)."""

from collections.abc import AsyncIterator

import pytest
from tests.api.conftest import SettingsOf

from app.api.redis.client import open_redis
from app.api.redis.store import Store


@pytest.fixture
async def store(settings_anywhere: SettingsOf) -> AsyncIterator[Store]:
    redis = open_redis(settings_anywhere().core)
    yield Store(redis)
    await redis.aclose()


@pytest.fixture
async def lost_store(settings_anywhere: SettingsOf) -> AsyncIterator[Store]:
    """A Redis that is not there."""
    redis = open_redis(settings_anywhere(REDIS_URL="redis://127.0.0.1:1").core)
    yield Store(redis)
    await redis.aclose()
