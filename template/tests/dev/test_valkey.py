"""Embedded Valkey (template-owned): the real server."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from redis import AuthenticationError, Redis
from tests.dev.conftest import Start
from tests.dev.processes import family, living

from app.dev.embedded import EmbeddedServer
from app.dev.valkey import start_valkey


@pytest.fixture
def server(started: Start, tmp_path: Path) -> Iterator[EmbeddedServer]:
    yield started(start_valkey, tmp_path)


def connect(server: EmbeddedServer) -> "closing[Any]":
    """A client that closes itself."""
    return closing(Redis.from_url(server.environment["REDIS_URL"], decode_responses=True))


def test_it_evicts_only_what_expires(server: EmbeddedServer) -> None:
    with connect(server) as client:
        assert client.config_get("maxmemory*")["maxmemory-policy"] == "volatile-lru"
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
        assert client.info("server")["process_id"] == server.pid
    assert server.name == "redis"


def test_it_wants_the_password_and_never_shows_it(server: EmbeddedServer, tmp_path: Path) -> None:
    password = (tmp_path / "valkey.password").read_text().strip()
    assert (tmp_path / "valkey.password").stat().st_mode & 0o777 == 0o600
    assert len(password) == 32
    assert password not in repr(server)

    wrong = server.environment["REDIS_URL"].replace(password, "wrong")
    with closing(Redis.from_url(wrong)) as client, pytest.raises(AuthenticationError):
        client.ping()


def test_a_second_start_has_the_same_data(started: Start, tmp_path: Path) -> None:
    first = started(start_valkey, tmp_path, durable=True)
    with connect(first) as client:
        client.set("kept", "42")
    first.stop()

    with connect(started(start_valkey, tmp_path, durable=True)) as client:
        assert client.get("kept") == "42"


def test_a_killed_run_does_not_block(started: Start, tmp_path: Path) -> None:
    first = started(start_valkey, tmp_path)
    os.kill(first.pid, signal.SIGKILL)
    first.process.wait()

    with connect(started(start_valkey, tmp_path)) as client:
        assert client.ping()


def test_two_at_once_are_two(started: Start, tmp_path: Path) -> None:
    first, second = started(start_valkey, tmp_path / "a"), started(start_valkey, tmp_path / "b")

    with connect(first) as one, connect(second) as two:
        one.set("only", "here")
        assert two.get("only") is None


def test_stop_leaves_no_process(server: EmbeddedServer) -> None:
    members = family(server.pid)

    server.stop()

    assert living(members) == set()
