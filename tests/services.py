"""Rendered services as processes on servers of their own, and what must be true of one afterwards."""

import contextlib
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.renders import Template
from tests.servers.real import free_port
from tests.tools import is_up, run, service_environment

SECONDS = 30
# Over the whole run, once all is loaded that some requests load.
MOST_GROWTH_MIB = 32
# A body of about the size that a service takes, in bytes.
LARGE = 1_000_000
LIMITS = ("API", "REGISTER", "LOGIN_PAIR", "LOGIN_ADDRESS", "LOGIN_ACCOUNT")
SETTINGS = {
    "ELASTICSEARCH_URL": "",
    "ENVIRONMENT": "test",
    "CLAMAV_HOST": "",
    "MINIO_ENDPOINT": "",
    "MONGODB_URL": "",
    "SMTP_HOST": "",
    # So that a busy machine doesn't look like a Redis that is down.
    "REDIS_TIMEOUT": "2s",
    **{f"RATE_LIMIT_{name}": "1000000/1m" for name in LIMITS},
}
OWN_SERVERS = ("DATABASE_URL", "REDIS_URL", "EMBEDDED_SERVERS")
# In the service's environment: says where its servers are, and keeps them until its input ends.
_SAY_AND_WAIT = """
import json, os, pathlib, sys
said, names = pathlib.Path(sys.argv[1]), ("DATABASE_URL", "REDIS_URL", "EMBEDDED_SERVERS")
said.with_suffix(".part").write_text(json.dumps({name: os.environ[name] for name in names}))
said.with_suffix(".part").rename(said)
sys.stdin.read()
"""
_BUSY_CONNECTIONS = """
SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
AND backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()
"""


@dataclass
class Service:
    """What runs, its memory once every part of it had been used, and how much of its log was checked."""

    folder: Path
    environment: Mapping[str, str]
    port: int
    process: "subprocess.Popen[bytes]"
    log: Path
    settled_mib: float = 0.0
    checked_lines: int = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def lines(self) -> list[dict[str, Any]]:
        """What it has logged: each line is one JSON object, whatever was sent."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def resident_mib(self) -> float:
        """Memory of the process as the system counts it."""
        return int(run("ps", "-o", "rss=", "-p", str(self.process.pid), folder=self.folder).stdout) / 1024

    def busy_connections(self) -> int:
        """Database connections that are inside a statement or a transaction."""
        return int(psql(self.folder, self.environment["DATABASE_URL"], _BUSY_CONNECTIONS))

    def check(self) -> None:
        """It answers; nothing failed since the last check, no connection is busy, memory has not grown."""
        with urllib.request.urlopen(f"{self.base_url}/health/live", timeout=SECONDS) as reply:
            assert reply.status == 200
        fresh = self.lines()[self.checked_lines :]
        self.checked_lines += len(fresh)
        assert [line for line in fresh if _tells_of_a_failure(line)] == []
        assert _soon(lambda: self.busy_connections() == 0), "a connection was not given back"
        growth = self.resident_mib() - self.settled_mib
        assert growth < MOST_GROWTH_MIB, f"{growth:.0f} MiB more than at the start"


@contextlib.contextmanager
def running_service(folder: Path, answers: Mapping[str, Any]) -> Iterator[Service]:
    """Render, install, start servers, migrate, seed, serve; all below `folder`."""
    service = installed(Template.snapshot(folder / "template"), folder / "service", answers)
    with servers(service, folder / "servers.json") as urls:
        environment = {**SETTINGS, **urls}
        for command in ("keys", "migrate", "seed"):
            own_command(service, command, environment)
        with serving(service, environment, folder / "serve.log") as running:
            _use_every_thread(running)
            running.settled_mib = running.resident_mib()
            yield running


def installed(template: Template, folder: Path, answers: Mapping[str, Any]) -> Path:
    """Render a service and make its environment."""
    service = template.render(folder, answers)
    run("git", "init", "--quiet", folder=service)
    run("uv", "sync", "--quiet", folder=service, seconds=300)
    return service


def own_command(service: Path, command: str, environment: Mapping[str, str]) -> None:
    """Run one of its commands, which must end well."""
    run(str(service / ".venv/bin" / command), folder=service, seconds=SECONDS, **environment)


def psql(service: Path, url: str, *statements: str) -> str:
    """What PostgreSQL answers, by the client that comes with the service."""
    program = (str(service / ".venv/bin/python"), "-m", "app.dev.psql", url, *statements)
    return run(*program, folder=service, seconds=SECONDS).stdout


@contextlib.contextmanager
def servers(service: Path, said: Path) -> Iterator[dict[str, str]]:
    """The embedded servers of a service, for a while; gives its settings that name them."""
    python = str(service / ".venv/bin/python")
    command = [python, "-m", "app.dev.with_servers", python, "-c", _SAY_AND_WAIT, str(said)]
    # Never a developer's own servers: what is sent here is meant for nobody's data.
    environment = {name: value for name, value in service_environment().items() if name not in OWN_SERVERS}
    with subprocess.Popen(command, cwd=service, env=environment, stdin=subprocess.PIPE) as keeper:
        try:
            assert _soon(lambda: said.exists() or keeper.poll() is not None)
            urls: dict[str, str] = json.loads(said.read_text(encoding="utf-8"))
            yield urls
        finally:
            keeper.communicate()


@contextlib.contextmanager
def serving(service: Path, environment: Mapping[str, str], log: Path) -> Iterator[Service]:
    """The service on a free port until the end of the block; it must end well."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [service / ".venv/bin/serve"],
            cwd=service,
            env={**service_environment(), **environment, "PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    running = Service(service, environment, port, process, log)
    try:
        ready = f"{running.base_url}/health/ready"
        assert _soon(lambda: is_up(ready)), log.read_text(encoding="utf-8")[-3000:]
        yield running
    finally:
        process.terminate()
        assert process.wait(SECONDS) == 0


def _use_every_thread(service: Service) -> None:
    """Register people, ask for what is largest and send it: all that takes memory once has taken it then.

    More at once than there are threads: what each of them has freed stays with it.
    """

    def post(path: str, body: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{service.base_url}/api/v1/auth/{path}", body, headers)
        # What is too much is refused.
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=SECONDS).close()

    def use(number: int) -> None:
        person = {
            "email": f"person-{number}@first.example",
            "name": "First",
            "password": "a long enough sentence",
        }
        post("register", json.dumps(person).encode())
        for _ in range(4):
            urllib.request.urlopen(f"{service.base_url}/openapi.json", timeout=SECONDS).close()
            post("login", json.dumps({"email": "x" * LARGE}).encode())

    with ThreadPoolExecutor(24) as pool:
        list(pool.map(use, range(24)))


def _tells_of_a_failure(line: dict[str, Any]) -> bool:
    return line["level"] == "error" or int(line["data"].get("status", 0)) >= 500


def _soon(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not (found := is_so()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found
