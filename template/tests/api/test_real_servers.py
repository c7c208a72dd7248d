"""What only real servers can show; DATABASE_URL and REDIS_URL must name such (template-owned)."""

import pytest
from tests.api.conftest import SettingsOf
from tests.api.database import fetch
from tests.api.service import open_service

from app.api.redis.client import open_redis


@pytest.mark.integration("DATABASE_URL")
async def test_postgres_is_new_enough(database_url: str) -> None:
    (row,) = await fetch(database_url, "SELECT current_setting('server_version_num')::int AS number")

    assert row["number"] >= 150_000


@pytest.mark.integration("REDIS_URL")
async def test_redis_is_new_enough(settings: SettingsOf) -> None:
    redis = open_redis(settings().core)
    information = await redis.info("server")
    await redis.aclose()

    assert int(str(information["redis_version"]).partition(".")[0]) >= 7


@pytest.mark.integration("DATABASE_URL", "REDIS_URL")
async def test_health_calls_both_real(settings: SettingsOf) -> None:
    async with open_service(settings()) as service:
        checks = (await service.client.get("/health/ready")).json()["checks"]

    expected = {"status": "ok", "backend": "real", "detail": "answers"}
    assert (checks["postgres"], checks["redis"]) == (expected, expected)
