"""TLS to PostgreSQL and Redis: a right certificate is believed, a wrong one is not (template-owned).

The embedded servers speak no TLS, so a proxy does it for them; the clients can't tell.
"""

import os
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme
from redis.exceptions import RedisError
from tests.api.conftest import SettingsOf
from tests.forwarding import forwarding

from app.api.postgres.database import open_database
from app.api.redis.client import open_redis
from app.kit.problems import ProblemError


@dataclass(frozen=True)
class Certificates:
    """The root that signed for `localhost`, another root, and the server's side."""

    right: Path
    wrong: Path
    server: ssl.SSLContext


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    right, wrong = trustme.CA(), trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    right.issue_cert("localhost").configure_cert(server)
    for name, authority in (("right", right), ("wrong", wrong)):
        authority.cert_pem.write_to_path(tmp_path / f"{name}.pem")
    return Certificates(tmp_path / "right.pem", tmp_path / "wrong.pem", server)


def _plain(variable: str) -> str:
    """The tests' server, without what its URL says about TLS."""
    url = os.environ[variable]
    if urlsplit(url).query or url.startswith("rediss:"):
        pytest.skip("the given server speaks TLS by itself")
    return url


@pytest.fixture
async def postgres_url(certificates: Certificates) -> AsyncIterator[str]:
    url = _plain("DATABASE_URL")
    async with forwarding(lambda: url, tls=certificates.server, asks_first=True) as secure:
        yield secure.url.replace("127.0.0.1", "localhost")


@pytest.fixture
async def redis_url(certificates: Certificates) -> AsyncIterator[str]:
    url = _plain("REDIS_URL")
    async with forwarding(lambda: url, tls=certificates.server) as secure:
        yield secure.url.replace("127.0.0.1", "localhost").replace("redis:", "rediss:", 1)


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
    url = _plain("DATABASE_URL")
    async with forwarding(lambda: url, asks_first=True) as insecure:
        with pytest.raises(ProblemError):
            await _ping_postgres(settings_anywhere, f"{insecure.url}?sslmode=require")


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
