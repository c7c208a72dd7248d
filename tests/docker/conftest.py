"""One service, its image and its Compose stack a session: made by the commands that its justfile has."""

import json
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.renders import Template
from tests.servers.real import free_port
from tests.tools import attempt, docker_engine, run
from tests.variants import MINIMAL, STANDARD, VARIANTS

SLUG = "docker-trial"
IMAGE = f"{SLUG}-service:local"
PORTS = (
    "ELASTICSEARCH_PORT",
    "MAILHOG_PORT",
    "MINIO_CONSOLE_PORT",
    "MONGO_PORT",
    "POSTGRES_PORT",
    "REDIS_PORT",
    "SMTP_PORT",
)
STACK_LOGS = ("docker", "compose", "logs", "--no-color", "--tail", "60", "api", "migrate", "seed")


@dataclass(frozen=True)
class Stack:
    """The rendered service with its Compose project up."""

    service: Path
    variables: dict[str, str]

    def compose(self, *arguments: str, seconds: float = 180) -> str:
        """Run `docker compose`, which must end well, and give what it prints."""
        return run(
            "docker", "compose", *arguments, folder=self.service, seconds=seconds, **self.variables
        ).stdout

    def just(self, *arguments: str, seconds: float = 600) -> str:
        """Run a recipe of the service, which must end well, and give what it prints."""
        return run(
            "uv", "run", "just", *arguments, folder=self.service, seconds=seconds, **self.variables
        ).stdout

    def url(self, name: str, port: int) -> str:
        """Where a container's port is published, for HTTP."""
        return f"http://{self.address(name, port)}"

    def address(self, name: str, port: int) -> str:
        """Where a container's port is published, as host:port."""
        return self.compose("port", name, str(port)).strip()

    def inspect(self, name: str) -> Any:
        """What the engine says of a service's container."""
        container = self.compose("ps", "--all", "--quiet", name).strip()
        return json.loads(run("docker", "inspect", container, folder=self.service).stdout)[0]

    def left(self) -> list[str]:
        """Containers, volumes and networks of this project that are there, running or not."""
        label = f"label=com.docker.compose.project={self.variables['COMPOSE_PROJECT_NAME']}"
        lists = (("ps", "--all"), ("volume", "ls"), ("network", "ls"))
        return [
            line
            for words in lists
            for line in run(
                "docker", *words, "--quiet", "--filter", label, folder=self.service
            ).stdout.split()
        ]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("docker").addoption(
        "--quick", action="store_true", help="what `service` or `servers` does as well is left out"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the containers said, beside any failure of a test that uses them."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.failed and stack is not None:
        logs = attempt(*STACK_LOGS, folder=stack.service, **stack.variables)
        report.sections.append((" ".join(STACK_LOGS), logs.stdout + logs.stderr))
    return report


@pytest.fixture(scope="session")
def is_quick(request: pytest.FixtureRequest) -> bool:
    """Whether `--quick` is given."""
    return bool(request.config.getoption("quick", default=False))


@pytest.fixture(scope="session", autouse=True)
def engine() -> None:
    docker_engine()


# The image of a full one is built and run by `terraform`.
@pytest.fixture(scope="session", params=STANDARD + MINIMAL)
def service(
    request: pytest.FixtureRequest, template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A service, with the lock that its image is built from."""
    answers = {"service_slug": SLUG, **VARIANTS[request.param]}
    folder = template.render(tmp_path_factory.mktemp("docker") / SLUG, answers)
    run("uv", "lock", folder=folder)
    return folder


@pytest.fixture(scope="session")
def image(service: Path) -> Iterator[str]:
    """The service's image."""
    version = ("--build-arg", "SERVICE_VERSION=1.2.3")
    run("docker", "build", *version, "--tag", IMAGE, ".", folder=service, seconds=600, DOCKER_BUILDKIT="1")
    yield IMAGE
    attempt("docker", "rmi", "--force", IMAGE, folder=service)


@pytest.fixture(scope="session")
def stack(service: Path, image: str) -> Iterator[Stack]:
    """The service brought up as its developer does it; taken down whatever happens."""
    # UV_LOCKED as the service's own workflow has it.
    variables = {"COMPOSE_PROJECT_NAME": f"{SLUG}-{os.getpid()}", "PORT": str(free_port()), "UV_LOCKED": "1"}
    variables |= dict.fromkeys(PORTS, "0")
    # Links name it, so it must be known before.
    variables["MINIO_PORT"] = str(free_port())
    # The contract suite asks more in a minute than the limits let one address ask.
    limits = ("API", "REGISTER", "LOGIN_PAIR", "LOGIN_ADDRESS", "LOGIN_ACCOUNT")
    raised = "".join(f"RATE_LIMIT_{name}=1000000/1m\n" for name in limits)
    (service / ".env").write_text(raised, encoding="utf-8")
    stack = Stack(service, variables)
    try:
        stack.just("up")
        yield stack
    finally:
        attempt("docker", "compose", "down", "--volumes", folder=service, seconds=120, **variables)
