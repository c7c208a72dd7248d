"""A rendered service, an account on moto's server, a public address: what the commands of delivery need."""

import contextlib
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.deploy.account import HOST, REGION, Account
from tests.deploy.digests import IS_NEVER_READY, fate
from tests.deploy.public_address import public_address
from tests.moto import moto
from tests.renders import Template, commit
from tests.services import installed
from tests.tools import attempt, service_environment

SECONDS = 120.0
READY = (200, '{"status": "ok", "checks": {}}')
UNREADY = (503, '{"status": "unavailable", "checks": {"postgres": {"status": "unavailable"}}}')
# Nobody's own log-in, profile or place.
LOG_IN = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_SESSION_TOKEN": "",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_REGION": REGION,
}


@dataclass
class Delivery:
    """The commands of a service, on an account of its own."""

    service: Path
    account: Account
    environment: dict[str, str]
    asked: list[str] = field(default_factory=list)

    def just(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a recipe, whatever comes of it."""
        return attempt(*self.command(*arguments), folder=self.service, seconds=SECONDS, **self.environment)

    def done(self, *arguments: str) -> str:
        """Run a recipe that must end well; what it says."""
        run = self.just(*arguments)
        assert run.returncode == 0, f"{arguments}:\n{run.stdout}\n{run.stderr}"
        return run.stdout

    def refused(self, *arguments: str, status: int = 1) -> str:
        """Run a recipe that must fail; all that it says."""
        run = self.just(*arguments)
        assert run.returncode == status, f"{arguments}:\n{run.stdout}\n{run.stderr}"
        return run.stdout + run.stderr

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a recipe as a terminal does, in a session of its own."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.service,
            env={**service_environment(), **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    @property
    def path(self) -> str:
        """Where programs are found."""
        return service_environment()["PATH"]

    @staticmethod
    def command(*arguments: str) -> list[str]:
        return ["uv", "run", "--quiet", "just", *arguments]


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of moto's server."""
    with moto(tmp_path_factory.mktemp("moto"), "tests.deploy.moto_ecs") as url:
        yield url


@pytest.fixture(scope="session")
def install(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`install("django")` gives a service with everything, committed; made once a session."""
    made: dict[str, Path] = {}

    def once(framework: str) -> Path:
        if framework not in made:
            folder = tmp_path_factory.mktemp("deployed") / framework
            answers = {"preset": "full", "framework": framework, "service_slug": "acme-api"}
            made[framework] = installed(template, folder, answers)
            commit(made[framework], "Render the service.")
        return made[framework]

    return once


@pytest.fixture
def account(endpoint: str) -> Account:
    """An account with nothing in it."""
    with contextlib.closing(urllib.request.urlopen(f"{endpoint}/moto-api/reset", data=b"")):
        return Account(endpoint)


@pytest.fixture(params=["fastapi"])
def delivery(
    request: pytest.FixtureRequest, install: Callable[[str], Path], account: Account, tmp_path: Path
) -> Iterator[Delivery]:
    """A service whose infrastructure is there, and whose public address answers as what runs would."""
    account.make_services()

    def answer() -> tuple[int, str]:
        return UNREADY if fate(account.running()["api"][1]) == IS_NEVER_READY else READY

    with public_address(HOST, tmp_path, answer) as address:
        environment = {**LOG_IN, "AWS_ENDPOINT_URL": account.endpoint, **address.environment}
        yield Delivery(install(request.param), account, environment, address.asked)
