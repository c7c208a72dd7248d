"""TLS to PostgreSQL and Redis: a right certificate is believed, a wrong one is not (template-owned)."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from redis.exceptions import RedisError
from tests.api.conftest import SettingsOf
from tests.tls import Certificates, certificates_in, secure_postgres, secure_redis

from app.api.postgres.database import open_database
from app.api.redis.client import open_redis
from app.kit.problems import ProblemError


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return certificates_in(tmp_path)


@pytest.fixture
async def postgres_url(certificates: Certificates) -> AsyncIterator[str]:
    async with secure_postgres(certificates) as url:
        yield url


@pytest.fixture
async def redis_url(certificates: Certificates) -> AsyncIterator[str]:
    async with secure_redis(certificates) as url:
        yield url


async def _ping_postgres(settings: SettingsOf, url: str) -> None:
    database = open_database(settings(DATABASE_URL=url).core)
    try:
        await database.ping()
    finally:
        await database.close()


async def _ping_redis(settings: SettingsOf, url: str) -> None:
    redis = open_redis(settings(REDIS_URL=url).core)
    try:
        await redis.ping()
    finally:
        await redis.aclose()


@pytest.mark.parametrize("mode", ["require", "prefer"])
async def test_postgres_may_be_asked_for_tls_alone(settings_anywhere: SettingsOf, postgres_url: str, mode: str) -> None:
    await _ping_postgres(settings_anywhere, f"{postgres_url}?sslmode={mode}")


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
async def test_postgres_is_verified(
    settings_anywhere: SettingsOf, certificates: Certificates, postgres_url: str, mode: str
) -> None:
    await _ping_postgres(settings_anywhere, f"{postgres_url}?sslmode={mode}&sslrootcert={certificates.right}")
    with pytest.raises(ProblemError):
        await _ping_postgres(settings_anywhere, f"{postgres_url}?sslmode={mode}&sslrootcert={certificates.wrong}")


async def test_postgres_of_another_name_is_refused_by_verify_full_alone(
    settings_anywhere: SettingsOf, certificates: Certificates, postgres_url: str
) -> None:
    url = f"{postgres_url.replace('localhost', '127.0.0.1')}?sslrootcert={certificates.right}"

    await _ping_postgres(settings_anywhere, f"{url}&sslmode=verify-ca")
    with pytest.raises(ProblemError):
        await _ping_postgres(settings_anywhere, f"{url}&sslmode=verify-full")


async def test_a_postgres_without_tls_is_refused_where_it_is_required(settings_anywhere: SettingsOf) -> None:
    async with secure_postgres(None) as url:
        with pytest.raises(ProblemError):
            await _ping_postgres(settings_anywhere, f"{url}?sslmode=require")


async def test_redis_is_always_verified(
    settings_anywhere: SettingsOf, certificates: Certificates, redis_url: str
) -> None:
    await _ping_redis(settings_anywhere, f"{redis_url}?ssl_ca_certs={certificates.right}")

    refused: tuple[Callable[[str], str], ...] = (
        lambda url: url,
        lambda url: f"{url}?ssl_ca_certs={certificates.wrong}",
        lambda url: f"{url.replace('localhost', '127.0.0.1')}?ssl_ca_certs={certificates.right}",
    )
    for variant in refused:
        with pytest.raises(RedisError):
            await _ping_redis(settings_anywhere, variant(redis_url))
