"""DATABASE_URL and REDIS_URL, read once (template-owned)."""

import ssl
from pathlib import Path

import pytest
import trustme

from app.kit.urls import PostgresServer, RedisServer, parse_postgres_url, parse_redis_url, redis_arguments


def test_a_postgres_url_in_full() -> None:
    url = (
        "postgresql://us%40er:p%3Ass%2Fword@db.example.com:6543/app%20db"
        "?sslmode=verify-full&sslrootcert=/etc/root.pem&search_path=app"
    )

    assert parse_postgres_url(url) == PostgresServer(
        host="db.example.com",
        port=6543,
        user="us@er",
        password="p:ss/word",
        database="app db",
        tls="verify-full",
        root_certificate="/etc/root.pem",
        options=(("search_path", "app"),),
    )


def test_a_postgres_url_at_its_shortest() -> None:
    assert parse_postgres_url("postgres:///app") == PostgresServer(
        host="localhost", port=5432, user="postgres", password="", database="app", tls="prefer"
    )


def test_a_postgres_host_may_be_a_socket_folder() -> None:
    assert parse_postgres_url("postgresql://app@/app?host=/run/postgresql").host == "/run/postgresql"


def test_a_postgres_host_may_be_ipv6() -> None:
    assert parse_postgres_url("postgresql://app@[::1]:5433/app").host == "::1"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://hunter2@localhost/app", "it must look like postgresql://dev:dev@localhost:5432/app_dev"),
        ("hunter2", "it must look like postgresql://dev:dev@localhost:5432/app_dev"),
        ("postgresql://[hunter2/app", "it must look like postgresql://dev:dev@localhost:5432/app_dev"),
        ("postgresql://a:hunter2@localhost", "it names no database: end it with /NAME"),
        ("postgresql://a:hunter2@localhost:99999/app", "its port is no number from 1 to 65535"),
        ("postgresql://a:b@localhost:hunter2/app", "its port is no number from 1 to 65535"),
        (
            "postgresql://a:b@localhost/app?sslmode=hunter2",
            "sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full",
        ),
    ],
)
def test_a_wrong_postgres_url_is_refused_without_showing_it(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_postgres_url(url)

    assert str(caught.value) == why


def test_the_password_is_in_no_representation() -> None:
    assert "hunter2" not in repr(parse_postgres_url("postgresql://a:hunter2@localhost/app"))
    assert "hunter2" not in repr(parse_redis_url("redis://:hunter2@localhost"))


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require"])
def test_a_weak_tls_mode_is_passed_to_the_driver_as_it_is(mode: str) -> None:
    assert parse_postgres_url(f"postgresql://localhost/app?sslmode={mode}").tls_context() == mode


@pytest.mark.parametrize(("mode", "checks_host"), [("verify-ca", False), ("verify-full", True)])
def test_a_verifying_mode_needs_a_certificate(mode: str, checks_host: bool, tmp_path: Path) -> None:
    root = tmp_path / "root.pem"
    trustme.CA().cert_pem.write_to_path(root)

    context = parse_postgres_url(f"postgresql://localhost/app?sslmode={mode}&sslrootcert={root}").tls_context()

    assert isinstance(context, ssl.SSLContext)
    assert context.check_hostname is checks_host
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert len(context.get_ca_certs()) == 1


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("redis://localhost", RedisServer("localhost", 6379)),
        ("redis://cache:7000/3", RedisServer("cache", 7000, database=3)),
        ("redis://us%40er:p%2Fw@cache", RedisServer("cache", 6379, username="us@er", password="p/w")),
        ("rediss://cache", RedisServer("cache", 6379, tls=True)),
        (
            "rediss://cache?ssl_ca_certs=/etc/root.pem",
            RedisServer("cache", 6379, tls=True, root_certificate="/etc/root.pem"),
        ),
        (
            "unix://:pw@/run/redis.sock?db=2",
            RedisServer("localhost", 6379, database=2, password="pw", socket="/run/redis.sock"),
        ),
    ],
)
def test_a_redis_url(url: str, server: RedisServer) -> None:
    assert parse_redis_url(url) == server


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hunter2", "it must look like redis://localhost:6379/0"),
        ("redis://localhost/hunter2", "the database must be a number, as in redis://localhost:6379/0"),
        ("redis://localhost/²", "the database must be a number, as in redis://localhost:6379/0"),
        ("redis://localhost:0x1/0", "its port is no number from 1 to 65535"),
        ("redis://localhost?decode=1", "it has parameters that are not known: decode"),
    ],
)
def test_a_wrong_redis_url_is_refused_without_showing_it(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_redis_url(url)

    assert str(caught.value) == why


def test_every_part_of_the_url_reaches_the_client() -> None:
    assert redis_arguments(parse_redis_url("rediss://u:p@cache:7000/3?ssl_ca_certs=/root.pem")) == {
        "db": 3,
        "username": "u",
        "password": "p",
        "host": "cache",
        "port": 7000,
        "ssl": True,
        "ssl_ca_certs": "/root.pem",
        "ssl_check_hostname": True,
    }
    assert redis_arguments(parse_redis_url("unix://:p@/run/redis.sock?db=1")) == {
        "db": 1,
        "username": None,
        "password": "p",
        "unix_socket_path": "/run/redis.sock",
    }
