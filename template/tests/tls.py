"""The tests' PostgreSQL and Redis behind TLS: the embedded servers speak none, so a proxy does it (template-owned)."""

import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme
from tests.forwarding import forwarding


@dataclass(frozen=True)
class Certificates:
    """The root that signed for `localhost`, another root, and the server's side."""

    right: Path
    wrong: Path
    server: ssl.SSLContext


def certificates_in(folder: Path) -> Certificates:
    """New ones, which nobody has seen before."""
    right, wrong = trustme.CA(), trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    right.issue_cert("localhost").configure_cert(server)
    for name, authority in (("right", right), ("wrong", wrong)):
        authority.cert_pem.write_to_path(folder / f"{name}.pem")
    return Certificates(folder / "right.pem", folder / "wrong.pem", server)


@asynccontextmanager
async def secure_postgres(certificates: Certificates | None) -> AsyncIterator[str]:
    """The URL of a PostgreSQL that has such a certificate, or says that it speaks no TLS."""
    url, tls = _plain("DATABASE_URL"), certificates.server if certificates else None
    async with forwarding(lambda: url, tls=tls, asks_first=True) as secure:
        yield secure.url.replace("127.0.0.1", "localhost")


@asynccontextmanager
async def secure_redis(certificates: Certificates) -> AsyncIterator[str]:
    """The URL of a Redis that has such a certificate."""
    url = _plain("REDIS_URL")
    async with forwarding(lambda: url, tls=certificates.server) as secure:
        yield secure.url.replace("127.0.0.1", "localhost").replace("redis:", "rediss:", 1)


def _plain(variable: str) -> str:
    """The tests' server, without what its URL says about TLS."""
    url = os.environ[variable]
    if urlsplit(url).query or url.startswith("rediss:"):
        pytest.skip("the given server speaks TLS by itself")
    return url
