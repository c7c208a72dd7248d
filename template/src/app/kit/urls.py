"""DATABASE_URL and REDIS_URL, parsed once into values that every client is configured from (template-owned).

Each client reads a raw URL differently: to one `sslmode` is an error, to another `rediss://` alone is not enough.
"""

import ssl
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

TlsMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL database; `host` may be a folder with a Unix socket; `tls` as in libpq's `sslmode`."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    tls: TlsMode = "prefer"
    root_certificate: str | None = None
    options: tuple[tuple[str, str], ...] = ()  # server settings, such as application_name

    def tls_context(self) -> ssl.SSLContext | str:
        """What a driver needs: a context that verifies, or libpq's word for a weaker mode."""
        if self.tls not in ("verify-ca", "verify-full"):
            return self.tls
        context = ssl.create_default_context(cafile=self.root_certificate)
        context.check_hostname = self.tls == "verify-full"
        return context


@dataclass(frozen=True)
class RedisServer:
    """A Redis or Valkey database; over TLS the certificate is always verified."""

    host: str
    port: int
    database: int = 0
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    root_certificate: str | None = None
    socket: str | None = None  # path of a Unix socket; host and port are then unused


def parse_postgres_url(url: str) -> PostgresServer:
    """Read `postgresql://user:password@host:port/database?sslmode=…&sslrootcert=…&host=/socket/folder`.

    Other query parameters become server settings.

    Raises:
        ValueError: what is wrong and how to write it; never the value itself.
    """
    parts = _split(url, schemes=("postgresql", "postgres"), example="postgresql://dev:dev@localhost:5432/app_dev")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls = query.pop("sslmode", "prefer")
    if tls not in get_args(TlsMode):
        raise ValueError(f"sslmode must be one of {', '.join(get_args(TlsMode))}")
    database = unquote(parts.path.lstrip("/"))
    if not database:
        raise ValueError("it names no database: end it with /NAME")
    return PostgresServer(
        host=query.pop("host", "") or parts.hostname or "localhost",
        port=_port(parts, default=5432),
        user=unquote(parts.username or "postgres"),
        password=unquote(parts.password or ""),
        database=database,
        tls=cast("TlsMode", tls),
        root_certificate=query.pop("sslrootcert", None),
        options=tuple(sorted(query.items())),
    )


def parse_redis_url(url: str) -> RedisServer:
    """Read `redis://`, `rediss://` (TLS, `?ssl_ca_certs=FILE`) or `unix://[:password@]/path?db=0`.

    Raises:
        ValueError: what is wrong and how to write it; never the value itself.
    """
    parts = _split(url, schemes=("redis", "rediss", "unix"), example="redis://localhost:6379/0")
    query = dict(parse_qsl(parts.query))
    is_socket = parts.scheme == "unix"
    database = query.pop("db", "0") if is_socket else parts.path.lstrip("/") or "0"
    root_certificate = query.pop("ssl_ca_certs", None)
    if query:
        raise ValueError(f"it has parameters that are not known: {', '.join(sorted(query))}")
    if not (database.isascii() and database.isdigit()):
        raise ValueError("the database must be a number, as in redis://localhost:6379/0")
    return RedisServer(
        host=parts.hostname or "localhost",
        port=_port(parts, default=6379),
        database=int(database),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "rediss",
        root_certificate=root_certificate,
        socket=unquote(parts.path) if is_socket else None,
    )


def redis_arguments(server: RedisServer) -> dict[str, Any]:
    """What redis-py's client wants for this server."""
    arguments: dict[str, Any] = {"db": server.database, "username": server.username, "password": server.password}
    if server.socket:
        return arguments | {"unix_socket_path": server.socket}
    arguments |= {"host": server.host, "port": server.port}
    if server.tls:
        arguments |= {"ssl": True, "ssl_ca_certs": server.root_certificate, "ssl_check_hostname": True}
    return arguments


def _split(url: str, *, schemes: tuple[str, ...], example: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if parts.scheme not in schemes:
        raise ValueError(f"it must look like {example}")
    return parts


def _port(parts: SplitResult, *, default: int) -> int:
    try:
        return parts.port or default
    except ValueError:
        raise ValueError("its port is no number from 1 to 65535") from None
