"""The service with the environment that the chart gives its containers. There is no cluster; this is real.

Its servers are embedded ones, by their URLs. Those of components aren't there: the service is degraded.
"""

import contextlib
import json
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.helm.charts import VARIANTS, Chart, Manifest, named, pods
from tests.renders import Template
from tests.servers.real import free_port
from tests.services import installed, own_command, psql, servers
from tests.tools import run, service_environment

# A busy machine answers late, and no load balancer is waited for.
VALUES = ("--set-string=config.REDIS_TIMEOUT=2s", "--set-string=config.SHUTDOWN_DRAIN_SECONDS=1")
# Of components: nobody listens there.
SECRETS = {
    "ELASTICSEARCH_URL": "https://service:password@127.0.0.1:9",
    "MONGODB_URL": "mongodb://127.0.0.1:9/service",
    "SMTP_PASSWORD": "of a mail server",
}
FILES = {"SECRET_KEY": "secret.key", "JWT_PRIVATE_KEY": "private.pem", "JWT_PUBLIC_KEY": "public.pem"}
# In the service's environment: which variables it can't start without.
_MISSED = """
import json, os, sys
from app.components import load_settings
from app.kit.settings import SettingsError

load_settings()
missed = []
for name in json.loads(sys.argv[1]):
    value = os.environ.pop(name, None)
    try:
        load_settings()
    except SettingsError as error:
        assert name in str(error), (name, error)
        missed.append(name)
    if value is not None:
        os.environ[name] = value
print(json.dumps(missed))
"""
SECONDS = 180


@dataclass(frozen=True)
class Installed:
    """A service with its servers, what the chart makes of it, and the environment of its containers."""

    chart: Chart
    manifests: list[Manifest]
    environment: dict[str, str]

    def pod(self, process: str) -> Any:
        """The pod in which a process runs."""
        return pods(self.manifests)[process]["spec"]


@pytest.fixture(scope="module", params=["full", "django-full"])
def service(request: pytest.FixtureRequest, template: Template) -> Iterator[Installed]:
    # Not below pytest's own folder, which is closed to the user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="helm-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        chart = Chart(installed(template, folder / "service", VARIANTS[request.param]))
        with servers(chart.service, folder / "servers.json") as urls:
            manifests = chart.manifests("default", *VALUES)
            config = named(manifests, "ConfigMap", "trial")["data"]
            secrets = {name: urls[name] for name in ("DATABASE_URL", "REDIS_URL")}
            environment = {**config, **secrets, **SECRETS, **_keys(chart.service, folder)}
            yield Installed(chart, manifests, environment)


def test_production_starts_with_it_and_with_nothing_less_than_it(service: Installed, tmp_path: Path) -> None:
    settings = service.chart.settings().values()
    needed = {name for one in settings for name in one.get("needed", {})}
    secrets = {name: kind for one in settings for name, kind in one.get("secrets", {}).items()}
    asked = json.dumps(sorted(needed | secrets.keys()))

    python = str(service.chart.service / ".venv/bin/python")
    # As in the image: where it is run there is no folder with keys.
    done = run(python, "-c", _MISSED, asked, folder=tmp_path, seconds=SECONDS, **service.environment)

    assert service.environment["ENVIRONMENT"] == "production"
    missed = set(json.loads(done.stdout))
    # The chart asks for two more: a bucket's name is nobody's default, and the drain is what it reckons with.
    assert missed - secrets.keys() == needed - {"MINIO_BUCKET", "SHUTDOWN_DRAIN_SECONDS"}
    assert missed & secrets.keys() == {name for name, kind in secrets.items() if kind == "needed"}


def test_the_job_migrates(service: Installed) -> None:
    _migrate(service)

    assert _jobs(service, "housekeeping.clean") == 0


@pytest.mark.parametrize("process", ["api", "worker"])
def test_a_pod_answers_its_probes_and_stops_in_time(service: Installed, process: str, tmp_path: Path) -> None:
    _migrate(service)
    pod = service.pod(process)
    (container,) = pod["containers"]
    ports = {"http": free_port(), "metrics": free_port()}
    own_ports = {"PORT": str(ports["http"]), "METRICS_PORT": str(ports["metrics"])}

    with _running(service, container["command"][0], tmp_path / "log", own_ports):
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = container[probe]["httpGet"]
            # By its address, as the node does, and not by a name of ALLOWED_HOSTS.
            url = f"http://127.0.0.1:{ports[asked['port']]}{asked['path']}"
            assert _soon(partial(_answers, url)), url
        assert _answers(f"http://127.0.0.1:{ports['metrics']}/metrics")
        began = time.monotonic()
    assert time.monotonic() - began < pod["terminationGracePeriodSeconds"]


def test_the_schedule_writes_jobs_and_stops_in_time(service: Installed, tmp_path: Path) -> None:
    _migrate(service)
    (container,) = service.pod("schedule")["containers"]

    with _running(service, container["command"][0], tmp_path / "log", {}):
        assert _soon(lambda: _jobs(service, "housekeeping.clean") > 0)
        began = time.monotonic()
    assert time.monotonic() - began < service.pod("schedule")["terminationGracePeriodSeconds"]


def _migrate(service: Installed) -> None:
    """Run what the job runs, which must end well."""
    (container,) = service.pod("migrate")["containers"]
    command = str(service.chart.service / ".venv/bin" / container["command"][0])
    run(command, folder=service.chart.service, seconds=SECONDS, **service.environment)


@contextlib.contextmanager
def _running(service: Installed, command: str, log: Path, ports: dict[str, str]) -> Iterator[None]:
    """A process of the service until the end of the block; it must end well at SIGTERM."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [service.chart.service / ".venv/bin" / command],
            cwd=log.parent,
            env={**service_environment(), **service.environment, **ports},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        process.terminate()
        status = process.wait(SECONDS)
    assert status == 0, log.read_text(encoding="utf-8")[-3000:]


def _answers(url: str) -> bool:
    """Whether it answers 200."""
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as reply:
        return bool(reply.status == 200)
    return False


def _jobs(service: Installed, name: str) -> int:
    """How many jobs of this name were written."""
    query = f"SELECT COUNT(*) FROM jobs WHERE name = '{name}'"
    return int(psql(service.chart.service, service.environment["DATABASE_URL"], query))


def _soon(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not (found := is_so()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def _keys(service: Path, folder: Path) -> dict[str, str]:
    """The content of new keys, as the Secret has it."""
    own_command(service, "keys", {f"{name}_PATH": str(folder / file) for name, file in FILES.items()})
    return {name: (folder / file).read_text(encoding="utf-8") for name, file in FILES.items()}
