"""TLS to PostgreSQL and Redis: a right certificate is believed, a wrong one is not (template-owned)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.utils import ConnectionHandler
from redis.exceptions import RedisError
from tests.environment import core_settings
from tests.tls import Certificates, certificates_in, secure_postgres, secure_redis

from app.apps.redis.client import open_redis
from app.site.settings import database_of

# The pool is the process's, by this name.
ALIAS = "secure"


@pytest.fixture(autouse=True)
def _any_database(django_db_blocker: Any) -> Iterator[None]:
    """Not the tests' own: only the way to it matters here."""
    with django_db_blocker.unblock():
        yield


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


async def _ping_postgres(url: str) -> None:
    await asyncio.to_thread(_select, url)


def _select(url: str) -> None:
    core = core_settings(DATABASE_URL=url, DATABASE_TIMEOUT="2s")
    connection: Any = ConnectionHandler({"default": {}, ALIAS: database_of(core.database_url, core)})[ALIAS]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()
        connection.close_pool()


async def _ping_redis(url: str) -> None:
    with closing(open_redis(core_settings(REDIS_URL=url))) as redis:
        await asyncio.to_thread(redis.ping)


@pytest.mark.parametrize("mode", ["require", "prefer"])
async def test_postgres_may_be_asked_for_tls_alone(postgres_url: str, mode: str) -> None:
    await _ping_postgres(f"{postgres_url}?sslmode={mode}")


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
async def test_postgres_is_verified(certificates: Certificates, postgres_url: str, mode: str) -> None:
    await _ping_postgres(f"{postgres_url}?sslmode={mode}&sslrootcert={certificates.right}")
    with pytest.raises(DatabaseError):
        await _ping_postgres(f"{postgres_url}?sslmode={mode}&sslrootcert={certificates.wrong}")


async def test_postgres_of_another_name_is_refused_by_verify_full_alone(
    certificates: Certificates, postgres_url: str
) -> None:
    url = f"{postgres_url.replace('localhost', '127.0.0.1')}?sslrootcert={certificates.right}"

    await _ping_postgres(f"{url}&sslmode=verify-ca")
    with pytest.raises(DatabaseError):
        await _ping_postgres(f"{url}&sslmode=verify-full")


async def test_a_postgres_without_tls_is_refused_where_it_is_required() -> None:
    async with secure_postgres(None) as url:
        with pytest.raises(DatabaseError):
            await _ping_postgres(f"{url}?sslmode=require")


async def test_redis_is_always_verified(certificates: Certificates, redis_url: str) -> None:
    await _ping_redis(f"{redis_url}?ssl_ca_certs={certificates.right}")

    refused: tuple[Callable[[str], str], ...] = (
        lambda url: url,
        lambda url: f"{url}?ssl_ca_certs={certificates.wrong}",
        lambda url: f"{url.replace('localhost', '127.0.0.1')}?ssl_ca_certs={certificates.right}",
    )
    for variant in refused:
        with pytest.raises(RedisError):
            await _ping_redis(variant(redis_url))
