"""The service's commands as processes of their own (template-owned)."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from tests.environment import service_environment

from app.dev.psql import empty_database

SECONDS = 30


def script(name: str) -> str:
    """The installed command."""
    return str(Path(sys.executable).with_name(name))


def run(name: str, *arguments: str, **given: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end, with settings as `service_environment` makes them."""
    return subprocess.run(
        [script(name), *arguments],
        env=service_environment(**given),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def free_port() -> int:
    """A port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Serving:
    """A `serve` that runs."""

    port: int
    process: "subprocess.Popen[str]"
    log: Path
    client: httpx2.Client = field(repr=False)

    def lines(self) -> list[dict[str, Any]]:
        """What it has logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def wait(self) -> int:
        return self.process.wait(SECONDS)


@contextlib.contextmanager
def serving(log: Path, **given: str) -> Iterator[Serving]:
    """Start `serve` on a free port and wait until it is alive; kill it at the end if it still runs."""
    port = free_port()
    environment = service_environment(**{"PORT": str(port), **given})
    with log.open("w") as output, httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=SECONDS) as client:
        process = subprocess.Popen(
            [script("serve")], env=environment, stdout=output, stderr=subprocess.STDOUT, text=True
        )
        try:
            _wait_until_alive(process, client, log)
            yield Serving(port, process, log, client)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


@contextlib.contextmanager
def working(log: Path, *arguments: str, **given: str) -> Iterator["subprocess.Popen[str]"]:
    """Start `work`; kill it at the end if it still runs."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [script("work"), *arguments],
            env=service_environment(**given),
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def _wait_until_alive(process: "subprocess.Popen[str]", client: httpx2.Client, log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(httpx2.TransportError):
            if client.get("/health/live").status_code == 200:
                return
        time.sleep(0.02)
    raise AssertionError(f"serve is not alive:\n{log.read_text()[-4000:]}")


@contextlib.contextmanager
def scratch_database(name: str, *commands: str) -> Iterator[str]:
    """A database for a while, on which these commands have run; gives its URL."""
    with empty_database(os.environ["DATABASE_URL"], f"{name}_{secrets.token_hex(6)}") as url:
        for command in commands:
            assert run(command, DATABASE_URL=url).returncode == 0
        yield url


def until(is_so: Callable[[], object], log: Path, *, seconds: float = SECONDS) -> None:
    """Wait for it; what a process has logged is in the failure."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, log.read_text()[-4000:]
        time.sleep(0.05)
