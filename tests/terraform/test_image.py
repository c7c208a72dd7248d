"""The image with what production's tasks are given: servers of this machine, over TLS, instead of AWS's."""

import http.client
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.servers.real import free_port, postgres, redis, signed_certificates
from tests.terraform.applying import Applied
from tests.terraform.test_apply import CLUSTER, EMPTY
from tests.tools import attempt, docker_engine, run

HARDENED = ("--cap-drop", "ALL", "--security-opt", "no-new-privileges")
PATIENCE = 90


@dataclass(frozen=True)
class Servers:
    """PostgreSQL and Redis, which speak TLS alone: their URLs, and the authority that signed for them."""

    postgres: str
    redis: str
    authority: Path


@dataclass(frozen=True)
class Image:
    """A flavour's image, and the keys that `just put-secrets` would have put beside it."""

    name: str
    service: Path
    keys: dict[str, str]


@pytest.fixture
def servers() -> Iterator[Servers]:
    # Anew for each flavour, which makes tables of its own.
    # Not below pytest's own folder, which PostgreSQL's user can't enter.
    with tempfile.TemporaryDirectory(prefix="task-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        files, _ = signed_certificates(folder)
        with postgres(folder, files) as database, redis(folder, files) as cache:
            yield Servers(database, cache, files.authority)


@pytest.fixture(scope="module")
def image(applied: Applied, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    docker_engine()
    service = tmp_path_factory.mktemp("image") / "service"
    shutil.copytree(applied.service, service)
    run("uv", "run", "--quiet", "keys", folder=service, seconds=600)
    keys = {
        "SECRET_KEY": "keys/secret.key",
        "JWT_PRIVATE_KEY": "keys/private.pem",
        "JWT_PUBLIC_KEY": "keys/public.pem",
    }
    contents = {name: (service / path).read_text(encoding="utf-8").strip() for name, path in keys.items()}
    name = f"task-trial-{free_port()}:local"
    run("docker", "build", "--tag", name, ".", folder=service, seconds=900, DOCKER_BUILDKIT="1")
    yield Image(name, service, contents | {"SMTP_USERNAME": "mailer", "SMTP_PASSWORD": "of-the-tests"})
    attempt("docker", "rmi", "--force", name, folder=service)


def test_a_task_migrates_and_the_api_becomes_ready(applied: Applied, image: Image, servers: Servers) -> None:
    port = free_port()
    ports = {"PORT": str(port), "METRICS_PORT": str(free_port())}
    migrate = _command(applied, "migrate", image, servers, ports, "--rm")
    run(*migrate, folder=image.service, seconds=120)
    api = _command(applied, "api", image, servers, ports, "--detach")
    container = run(*api, folder=image.service).stdout.strip()
    try:
        # By its public name, as a client asks, and by an address, as the load balancer does.
        checks = _ready(port, "api.example.com", container, image.service)
        by_address = _ready(port, f"10.0.10.7:{port}", container, image.service)
    finally:
        attempt("docker", "rm", "--force", container, folder=image.service)

    assert {name: checks[name]["status"] for name in ("postgres", "redis")} == {
        "postgres": "ok",
        "redis": "ok",
    }
    # Nobody answers here for the rest of AWS: the service goes on without.
    assert checks["search"]["status"] == "degraded"
    assert set(by_address) == set(checks) == {"postgres", "redis", "antivirus", "mail", "search", "storage"}


def _command(
    applied: Applied, process: str, image: Image, servers: Servers, ports: dict[str, str], how: str
) -> tuple[str, ...]:
    """`docker run` of a process as its task definition says; only hosts and ports are this machine's."""
    container = applied.container(f"{CLUSTER}-{process}", process)
    variables = {one["name"]: one["value"] for one in container["environment"]}
    variables |= {
        one["name"]: applied.secret(one["valueFrom"])
        for one in container["secrets"]
        if one["name"] not in EMPTY
    }
    variables |= image.keys | ports
    for name, server in (("DATABASE_URL", servers.postgres), ("REDIS_URL", servers.redis)):
        variables[name] = _at(variables[name], server)
    # Redis at AWS is signed for by an authority that every image knows.
    variables["SSL_CERT_FILE"] = "/authorities/aws.pem"
    settings = [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
    assert container["readonlyRootFilesystem"]
    return (
        *("docker", "run", how, "--network", "host", "--read-only", "--user", container["user"]),
        *HARDENED,
        *("--volume", f"{servers.authority}:/authorities/aws.pem:ro"),
        *settings,
        *(image.name, *container.get("command", [])),
    )


def _at(url: str, server: str) -> str:
    """A URL of the task, with the log-in, address and database of this machine's server."""
    here = urlsplit(server)
    return urlsplit(url)._replace(netloc=here.netloc, path=here.path).geturl()


def _ready(port: int, host: str, container: str, folder: Path) -> dict[str, Any]:
    """The checks of readiness, once it answers 200."""
    until = time.monotonic() + PATIENCE
    said = ""
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/health/ready", headers={"Host": host})
            answer = connection.getresponse()
            said = answer.read().decode()
            if answer.status == 200:
                checks: dict[str, Any] = json.loads(said)["checks"]
                return checks
        except OSError as error:
            said = str(error)
        finally:
            connection.close()
        time.sleep(0.5)
    logs = attempt("docker", "logs", container, folder=folder)
    pytest.fail(f"not ready: {said}\n{logs.stdout}\n{logs.stderr}", pytrace=False)
