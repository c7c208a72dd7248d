"""A service for the contract suite: its commands as processes, on a fresh database (template-owned).

Only this module knows that the service has commands; every test knows a base URL and nothing else.
"""

import itertools
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

START_SECONDS = 30
STOP_SECONDS = 15
LIMITS = ("API", "REGISTER", "LOGIN_PAIR", "LOGIN_ADDRESS", "LOGIN_ACCOUNT")
RAISED = {f"RATE_LIMIT_{name}": "1000000/1m" for name in LIMITS}
_started = itertools.count()


@contextmanager
def running_service(folder: Path, settings: Mapping[str, str] = RAISED) -> Iterator[str]:
    """Migrate, seed, serve and work; gives the base URL. What the processes print and keep is below `folder`."""
    with _fresh_database(os.environ["DATABASE_URL"]) as database_url:
        port = _free_port()
        # Without what has a child process measure its coverage.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
        environment = {
            **inherited,
            "DATABASE_URL": database_url,
            "REDIS_URL": _own_database_of_redis(os.environ["REDIS_URL"], next(_started)),
            "DATA_DIR": str(folder / "data"),
            "ENVIRONMENT": "test",
            "PORT": str(port),
            **_key_files(folder),
            # So that a busy machine doesn't look like a Redis that is down.
            "REDIS_TIMEOUT": "2s",
            **settings,
        }
        for command in ("keys", "migrate", "seed"):
            subprocess.run([_script(command)], env=environment, check=True, timeout=START_SECONDS)
        with (
            _working(environment, log=folder / "work.log"),
            _serving(environment, log=folder / "serve.log", base_url=f"http://127.0.0.1:{port}") as base_url,
        ):
            yield base_url


def _key_files(folder: Path) -> dict[str, str]:
    files = {"SECRET_KEY": "secret.key", "JWT_PRIVATE_KEY": "private.pem", "JWT_PUBLIC_KEY": "public.pem"}
    # An empty variable counts as unset: no key of whoever runs the suite is used.
    return dict.fromkeys(files, "") | {f"{name}_PATH": str(folder / file) for name, file in files.items()}


@contextmanager
def _serving(environment: Mapping[str, str], *, log: Path, base_url: str) -> Iterator[str]:
    with log.open("wb") as output:
        process = subprocess.Popen([_script("serve")], env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(process, base_url, log)
        yield base_url
    finally:
        process.terminate()
        try:
            status = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
    assert status == 0, f"serve ended with {status} after SIGTERM:\n{log.read_text()[-4000:]}"


@contextmanager
def _working(environment: Mapping[str, str], *, log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen([_script("work")], env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield
        assert process.poll() is None, f"work has ended:\n{log.read_text()[-4000:]}"
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", base_url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    with httpx2.Client(base_url=base_url, timeout=2, trust_env=False) as client:
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(httpx2.TransportError):
                if client.get("/health/ready").status_code == 200:
                    return
            time.sleep(0.05)
    raise RuntimeError(f"serve did not become ready:\n{log.read_text()[-4000:]}")


def _own_database_of_redis(url: str, number: int) -> str:
    """One that no other test works on: whoever works off a queue takes the jobs of all who share it."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return url
    return parts._replace(path=f"/{8 + (2 * int(parts.path.strip('/') or 0) + number) % 8}").geturl()


@contextmanager
def _fresh_database(server_url: str) -> Iterator[str]:
    name = f"contract_{secrets.token_hex(6)}"
    _execute(server_url, f"CREATE DATABASE {name}")
    try:
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    finally:
        _execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(url: str, statement: str) -> None:
    subprocess.run([sys.executable, "-m", "app.dev.psql", url, statement], check=True, timeout=START_SECONDS)


def _script(command: str) -> str:
    return str(Path(sys.executable).with_name(command))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
