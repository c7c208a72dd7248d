"""A Valkey in cluster mode, which the service refuses (template-owned)."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.commands import free_port

from app.dev.valkey import valkey_program


@contextmanager
def valkey_cluster(folder: Path) -> Iterator[str]:
    """Start one; gives its URL once it answers."""
    port, bus = free_port(), free_port()
    cluster = ["--cluster-enabled", "yes", "--cluster-port", str(bus)]
    command = [str(valkey_program()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", *cluster]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            return
