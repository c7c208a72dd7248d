"""Folders and servers for the tests of development (template-owned)."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.dev.stand_in import StandIn

from app.dev.embedded import EmbeddedServer
from app.dev.reaper import Reaper

Start = Callable[..., EmbeddedServer]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[StandIn]:
    """A tiny service, in a folder that nobody else may enter."""
    tmp_path.chmod(0o700)
    stand_in = StandIn(tmp_path / "a service")
    yield stand_in
    stand_in.close()


@pytest.fixture
def port() -> int:
    """A port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def started() -> Iterator[Start]:
    """Starts embedded servers and stops them after the test; `started(start_postgres, folder)`."""
    servers: list[EmbeddedServer] = []
    with Reaper.start() as reaper:

        def start(kind: Start, data: Path, *, durable: bool = False) -> EmbeddedServer:
            servers.append(kind(data, durable=durable, reaper=reaper))
            return servers[-1]

        yield start
        for server in servers:
            server.stop()
