"""The Compose stack, up with its real servers. In order: the last tests stop what the first ones use."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import own_tests
from tests.docker.conftest import Stack
from tests.tools import attempt, run
from tests.variants import STANDARD

pytestmark = pytest.mark.parametrize("service", STANDARD, indirect=True, scope="session")

PRODUCTION = {
    "ALLOWED_HOSTS": "api.example.com",
    "DATABASE_URL": "postgresql://service:a-password-of-its-own@postgres:5432/app_dev?sslmode=disable",
    "MINIO_ENDPOINT": "minio",
    "MINIO_PUBLIC_URL": "https://files.example.com",
    "ELASTICSEARCH_URL": "http://elasticsearch:9200",
    "MONGODB_URL": "mongodb://mongo:27017/app_dev",
    "REDIS_URL": "redis://redis:6379",
    "SECRET_KEY": "of-the-tests-" * 3,
    "SHUTDOWN_DRAIN_SECONDS": "1",
    "SMTP_HOST": "mailhog",
    "SMTP_FROM": "service@acme.example",
}

PASSWORD = "correct horse battery staple"
# Tests that need a real server: should they be passed over, the number falls.
LEAST_REAL = 40


def _get(url: str) -> tuple[int, Any]:
    """Status and JSON of a reply; status 0 where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=6) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except OSError:
        return 0, None


def _says(ready: str, status: str) -> bool:
    """Whether readiness answers with this word."""
    return bool((_get(ready)[1] or {}).get("status") == status)


def _post(url: str, body: dict[str, str], **headers: str) -> Any:
    """The JSON of a reply that must be a success."""
    request = urllib.request.Request(
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json", **headers}
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def _wait(until: Callable[[], bool], *, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not (there := until()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return there


def test_up_ends_when_the_service_is_ready(stack: Stack) -> None:
    ready = stack.url("api", 3000) + "/health/ready"

    assert _get(ready)[0] == 200
    # On a busy machine a server may be late for a probe, which is no more than degraded.
    assert _wait(lambda: _says(ready, "ok")), _get(ready)
    assert {check["backend"] for check in _get(ready)[1]["checks"].values()} == {"real"}


def test_up_a_second_time_ends_well_and_prints_where_to_look(stack: Stack) -> None:
    assert f"http://127.0.0.1:{stack.variables['PORT']}" in stack.just("up")


def test_the_api_runs_hardened(stack: Stack) -> None:
    container = stack.inspect("api")
    host = container["HostConfig"]

    assert container["Config"]["User"] == "10001:10001"
    assert (host["ReadonlyRootfs"], host["CapDrop"], host["SecurityOpt"]) == (
        True,
        ["ALL"],
        ["no-new-privileges:true"],
    )


def test_the_keys_are_the_developers_and_only_readable_inside(stack: Stack) -> None:
    mounted = {
        "secret_key": "secret.key",
        "jwt_private_key": "private.pem",
        "jwt_public_key": "public.pem",
    }
    for name, file in mounted.items():
        key = (stack.service / "keys" / file).read_text(encoding="utf-8")
        assert stack.compose("exec", "-T", "api", "cat", f"/run/secrets/{name}") == key
    assert (stack.service / "keys").stat().st_mode & 0o077 == 0


def test_migrate_and_seed_ended_well(stack: Stack) -> None:
    assert [stack.inspect(name)["State"]["ExitCode"] for name in ("migrate", "seed")] == [0, 0]


def test_redis_evicts_only_keys_with_a_time_to_live(stack: Stack) -> None:
    reply = stack.compose("exec", "-T", "redis", "redis-cli", "config", "get", "maxmemory-policy")

    assert reply.split() == ["maxmemory-policy", "volatile-lru"]


def test_a_made_project_sends_mail_by_smtp(stack: Stack) -> None:
    tokens = _post(
        f"{stack.url('api', 3000)}/api/v1/auth/login", {"email": "admin@acme.example", "password": PASSWORD}
    )
    authorization = f"Bearer {tokens['access_token']}"
    _post(
        f"{stack.url('api', 3000)}/api/v1/projects",
        {"name": "Mail me about this"},
        Authorization=authorization,
    )
    search = stack.url("mailhog", 8025) + "/api/v2/search?kind=containing&query=Mail%20me%20about%20this"

    assert _wait(lambda: (_get(search)[1] or {}).get("total") == 1)


def test_none_of_its_tests_that_need_real_servers_is_left_out(stack: Stack, is_quick: bool) -> None:
    for statement in ("CREATE ROLE test LOGIN SUPERUSER PASSWORD 'test'", "CREATE DATABASE test OWNER test"):
        stack.compose("exec", "-T", "postgres", "psql", "-U", "dev", "-d", "app_dev", "-qc", statement)
    if is_quick:
        # `servers` does the others, and has no mail server.
        (mail,) = own_tests.chosen(stack.service, "test_mailers.py")
        chosen, least = str(mail), 1
    else:
        # Search's make an index each, which takes four minutes; `servers` does them on an Elasticsearch.
        chosen, least = "--ignore-glob=*/search", LEAST_REAL
    command = ("uv", "run", "just", "test-integration", chosen)
    printed = run(*command, folder=stack.service, seconds=900, CI="true", **_real_servers(stack)).stdout

    passed = re.search(r"(\d+) passed", printed)
    assert passed, printed
    assert int(passed[1]) >= least
    assert "skipped" not in printed


def _real_servers(stack: Stack) -> dict[str, str]:
    smtp_host, _, smtp_port = stack.address("mailhog", 1025).partition(":")
    minio_host, _, minio_port = stack.address("minio", 9000).partition(":")
    return {
        "DATABASE_URL": f"postgresql://test:test@{stack.address('postgres', 5432)}/test",
        "MINIO_ENDPOINT": minio_host,
        "MINIO_PORT": minio_port,
        "MINIO_ACCESS_KEY": "minioadmin",
        "MINIO_SECRET_KEY": "minioadmin",
        "ELASTICSEARCH_URL": stack.url("elasticsearch", 9200),
        "MONGODB_URL": f"mongodb://{stack.address('mongo', 27017)}/test",
        # Not the API's: what it remembers of its own organizations is not theirs.
        "REDIS_URL": f"redis://{stack.address('redis', 6379)}/1",
        "SMTP_HOST": smtp_host,
        "SMTP_PORT": smtp_port,
    }


def test_the_contract_holds_through_the_published_port(stack: Stack, is_quick: bool) -> None:
    # What asks no server but PostgreSQL and Redis, half of the suite: `service` has those too.
    parts = ("auth", "authorization", "hostile") if is_quick else ()
    run(
        *("uv", "run", "pytest", "-q", "--tb=short", "--maxfail=5", "tests/contract"),
        *(f"--ignore=tests/contract/{part}" for part in parts),
        folder=stack.service,
        seconds=1500,
        CONTRACT_BASE_URL=stack.url("api", 3000),
    )


@pytest.fixture
def production(stack: Stack) -> Iterator[str]:
    """A container of the image in production, beside the stack, as an orchestrator would run it."""
    role = "CREATE ROLE service LOGIN SUPERUSER PASSWORD 'a-password-of-its-own'"
    stack.compose("exec", "-T", "postgres", "psql", "-U", "dev", "-d", "app_dev", "-qc", role)
    hardened = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
    network = f"{stack.variables['COMPOSE_PROJECT_NAME']}_default"
    # The pair as content, in many lines: what a platform gives that mounts no files.
    pair = {
        f"JWT_{half.upper()}_KEY": (stack.service / "keys" / f"{half}.pem").read_text(encoding="utf-8")
        for half in ("private", "public")
    }
    given = PRODUCTION | pair
    settings = [part for name, value in given.items() for part in ("--env", f"{name}={value}")]
    command = (
        "docker",
        "run",
        "--detach",
        *hardened,
        "--network",
        network,
        "--health-interval",
        "1s",
        *settings,
    )
    container = run(*command, "docker-trial-service:local", folder=stack.service).stdout.strip()
    yield container
    attempt("docker", "rm", "--force", container, folder=stack.service)


def test_the_image_is_healthy_in_production_and_ends_well_at_sigterm(stack: Stack, production: str) -> None:
    healthy = _wait(lambda: _state(production, stack.service)["Health"]["Status"] == "healthy")
    logs = attempt("docker", "logs", production, folder=stack.service)
    assert healthy, logs.stdout + logs.stderr

    run("docker", "stop", "--time", "20", production, folder=stack.service)

    assert _state(production, stack.service)["ExitCode"] == 0


def test_without_postgres_the_service_is_unready_and_comes_back_by_itself(stack: Stack) -> None:
    ready = stack.url("api", 3000) + "/health/ready"

    stack.compose("stop", "postgres")
    unready = _wait(lambda: _get(ready)[0] == 503, seconds=10)
    alive = _get(stack.url("api", 3000) + "/health/live")[0]
    stack.compose("start", "postgres")

    assert (unready, alive) == (True, 200)
    assert _wait(lambda: _get(ready)[0] == 200)


def test_without_redis_the_service_is_degraded_and_stays_ready(stack: Stack) -> None:
    ready = stack.url("api", 3000) + "/health/ready"

    stack.compose("stop", "redis")
    degraded = _wait(lambda: _says(ready, "degraded"), seconds=10)
    status = _get(ready)[0]
    stack.compose("start", "redis")

    assert (degraded, status) == (True, 200)
    assert _wait(lambda: _says(ready, "ok"))


def test_sigterm_ends_the_api_with_status_0(stack: Stack) -> None:
    stack.compose("stop", "api")

    assert stack.inspect("api")["State"]["ExitCode"] == 0


def test_down_with_volumes_leaves_nothing(stack: Stack) -> None:
    stack.just("down", "--volumes")

    assert stack.left() == []


def _state(container: str, folder: Path) -> Any:
    return json.loads(run("docker", "inspect", container, folder=folder).stdout)[0]["State"]
