"""A rendered service on real servers, over TLS: PostgreSQL (15 is the floor), Redis 7, MongoDB's protocol,
MinIO; and clamd, which speaks none; Elasticsearch 8 and OpenSearch, which whoever runs this starts."""

import contextlib
import json
import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from extensions.answers import FRAMEWORKS
from tests import own_tests
from tests.renders import Template
from tests.servers.real import KEYS, clamd, free_port, minio, mongodb, postgres, redis, signed_certificates
from tests.services import installed
from tests.tools import attempt, missing, run, service_environment

# Places of its own beside those of the service's other tests.
OF_THE_CONTRACT = {"ELASTICSEARCH_PREFIX": "contract", "MINIO_BUCKET": "contract"}


@dataclass(frozen=True)
class Servers:
    """What is running, and two authorities: the one that signed for the servers, and another."""

    service: Path
    postgres: str
    redis: str
    mongodb: str
    minio: str
    clamd: str
    right: Path
    wrong: Path

    def urls(self, distrusted: str = "") -> dict[str, str]:
        """What a service is given; it believes all but one of them."""
        root = dict.fromkeys(("postgres", "redis", "mongodb", "minio"), self.right) | {distrusted: self.wrong}
        return {
            "DATABASE_URL": f"{self.postgres}?sslmode=verify-full&sslrootcert={root['postgres']}",
            "REDIS_URL": f"{self.redis}?ssl_ca_certs={root['redis']}",
            "MONGODB_URL": f"{self.mongodb}?tls=true&tlsCAFile={root['mongodb']}",
            "MINIO_ENDPOINT": "localhost",
            "MINIO_PORT": self.minio,
            "MINIO_TLS": "true",
            "MINIO_TLS_CA": str(root["minio"]),
            **KEYS,
            "CLAMAV_HOST": "127.0.0.1",
            "CLAMAV_PORT": self.clamd,
            "ELASTICSEARCH_URL": _given("ELASTICSEARCH_URL"),
        }


@pytest.fixture(scope="module", params=FRAMEWORKS)
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    # Not below pytest's own folder: the service's pytest closes that to PostgreSQL's user.
    with tempfile.TemporaryDirectory(prefix="servers-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield from _start(folder, request.param)


def _start(folder: Path, framework: str) -> Iterator[Servers]:
    template = Template.snapshot(folder / "template")
    service = installed(template, folder / "service", {"framework": framework, "preset": "full"})
    run("uv", "run", "keys", folder=service)
    signed, wrong = signed_certificates(folder)
    with ExitStack() as stack:
        urls = {
            start.__name__: stack.enter_context(start(folder, signed))
            for start in (postgres, redis, mongodb, minio, clamd)
        }
        yield Servers(service, **urls, right=signed.authority, wrong=wrong)


def test_the_service_s_own_tests_pass_on_them(servers: Servers) -> None:
    # `docker` runs the rest of the contract on real servers.
    left_out = own_tests.ignored(servers.service, *own_tests.SAME_EVERYWHERE, *own_tests.NO_SERVERS)
    done = run(
        *("uv", "run", "pytest", "-q", "--numprocesses=3", *left_out),
        folder=servers.service,
        seconds=900,
        **servers.urls(),
    )
    assert " passed" in done.stdout


def test_the_contract_of_components_holds_on_them(servers: Servers) -> None:
    folders = [f"tests/contract/{name}" for name in ("antivirus", "documents", "search", "storage")]
    # Who has a link believes the authority of the store, as the service does.
    believed = {"SSL_CERT_FILE": str(servers.right)}
    _none_is_skipped(servers, *folders, **servers.urls(), **OF_THE_CONTRACT, **believed)


def test_search_finds_the_same_in_opensearch(servers: Servers) -> None:
    urls = {**servers.urls(), "ELASTICSEARCH_URL": _given("OPENSEARCH_URL")}
    own = [str(each) for each in servers.service.glob("tests/**/search") if "contract" not in each.parts]
    _none_is_skipped(servers, "-n3", *own, **urls)
    _none_is_skipped(servers, "tests/contract/search", **urls, **OF_THE_CONTRACT)


def test_health_calls_them_real_and_ok(servers: Servers) -> None:
    assert _readiness(servers, servers.urls()) == (
        200,
        {
            "postgres": {"status": "ok", "backend": "real", "detail": "answers"},
            "redis": {"status": "ok", "backend": "real", "detail": "answers"},
            "documents": {"status": "ok", "backend": "real", "detail": "answers"},
            "search": {"status": "ok", "backend": "real", "detail": "answers"},
            "storage": {"status": "ok", "backend": "real", "detail": "answers"},
            "antivirus": {"status": "ok", "backend": "real", "detail": "answers"},
        },
    )


def test_a_certificate_of_another_authority_is_not_believed_by_the_database(servers: Servers) -> None:
    urls = servers.urls(distrusted="postgres")
    done = attempt("uv", "run", "migrate", folder=servers.service, seconds=60, **urls)

    assert done.returncode == 1
    assert "certificate verify failed" in done.stderr.lower().replace("_", " ")
    assert "Traceback" not in done.stderr
    assert _readiness(servers, urls)[0] == 503


@pytest.mark.parametrize(
    ("server", "check"), [("redis", "redis"), ("mongodb", "documents"), ("minio", "storage")]
)
def test_a_certificate_of_another_authority_is_not_believed_by_others(
    servers: Servers, server: str, check: str
) -> None:
    status, checks = _readiness(servers, servers.urls(distrusted=server))

    assert (status, checks.pop(check)["status"]) == (200, "degraded")
    assert {each["status"] for each in checks.values()} == {"ok"}


def test_a_connection_without_tls_is_refused_by_the_database(servers: Servers) -> None:
    urls = servers.urls() | {"DATABASE_URL": f"{servers.postgres}?sslmode=disable"}
    done = attempt("uv", "run", "migrate", folder=servers.service, seconds=60, **urls)

    assert done.returncode == 1
    assert "no encryption" in done.stderr


def _none_is_skipped(servers: Servers, *arguments: str, **variables: str) -> None:
    done = run("uv", "run", "pytest", "-q", *arguments, folder=servers.service, seconds=600, **variables)
    assert " passed" in done.stdout
    assert " skipped" not in done.stdout


def _given(variable: str) -> str:
    """The URL of a server that is too large to be started for each run of these tests."""
    if variable not in os.environ:
        missing(f"{variable} is not set")
    return os.environ[variable]


def _readiness(servers: Servers, urls: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Status and checks of a service that runs with these URLs; the mail folder is left out."""
    with _serving(servers.service, urls) as base_url:
        try:
            with urllib.request.urlopen(f"{base_url}/health/ready", timeout=10) as reply:
                status, body = reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            status, body = error.code, json.load(error)
    return status, {name: check for name, check in body["checks"].items() if name != "mail"}


@contextlib.contextmanager
def _serving(service: Path, urls: dict[str, str]) -> Iterator[str]:
    base_url = f"http://127.0.0.1:{(port := free_port())}"
    environment = {**service_environment(), **urls, "ENVIRONMENT": "test", "PORT": str(port)}
    process = subprocess.Popen([service / ".venv" / "bin" / "serve"], cwd=service, env=environment)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{base_url}/health/live", timeout=2).close()
                break
            time.sleep(0.1)
        yield base_url
    finally:
        process.terminate()
        assert process.wait(30) == 0
