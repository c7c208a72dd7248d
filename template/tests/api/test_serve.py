"""`serve` as the process that a container runs (template-owned; contract, "Processes")."""

import signal
import socket
import threading
import time
from pathlib import Path

import httpx2
import pytest
from tests.clusters import valkey_cluster
from tests.commands import Serving, free_port, run, serving
from tests.environment import SECRET_KEY

from app.dev.keys import make_keys
from app.kit.service import this_service

KEY = {"SECRET_KEY": SECRET_KEY}
NOWHERE = {"DATABASE_URL": "postgresql://service@127.0.0.1:1/app", "REDIS_URL": "redis://127.0.0.1:1"}
PRODUCTION = {
    **NOWHERE,
    "ENVIRONMENT": "production",
    "EMBEDDED_SERVERS": "",
    "ALLOWED_HOSTS": "127.0.0.1",
    "MONGODB_URL": "mongodb://127.0.0.1:1/app",
    "MONGODB_TIMEOUT": "100ms",
    "SMTP_HOST": "127.0.0.1",
    "SMTP_FROM": "service@example.net",
}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "serve.log"


def _status(service: Serving, path: str) -> int:
    return service.client.get(path).status_code


def test_it_starts_while_its_servers_are_down_and_stops_at_once(log: Path) -> None:
    with serving(log, **NOWHERE) as service:
        assert (_status(service, "/health/live"), _status(service, "/health/ready")) == (200, 503)
        began = time.monotonic()
        service.stop(signal.SIGINT)

        assert service.wait() == 0
        assert time.monotonic() - began < 10
        # One shape from the first line to the last: the server's own lines too.
        assert {line["service"] for line in service.lines()} == {this_service().slug}
        assert {"stopping", f"Started server process [{service.process.pid}]"} <= {
            line["message"] for line in service.lines()
        }


def test_sigterm_drains_before_it_stops(log: Path, worker_database: str) -> None:
    with serving(log, DATABASE_URL=worker_database, SHUTDOWN_DRAIN_SECONDS="4") as service:
        assert _status(service, "/health/ready") == 200
        began = time.monotonic()
        service.stop()
        while (ready := httpx2.get(f"http://127.0.0.1:{service.port}/health/ready")).status_code == 200:
            time.sleep(0.02)
        # Still open to new connections, each of which is asked to go elsewhere next time.
        live = httpx2.get(f"http://127.0.0.1:{service.port}/health/live")
        noticed = time.monotonic() - began

        assert service.wait() == 0
        assert noticed < 4
        assert 3.9 < time.monotonic() - began < 15
        assert (ready.status_code, ready.headers["connection"]) == (503, "close")
        assert (live.status_code, live.headers["connection"]) == (200, "close")


def test_a_second_signal_ends_the_wait(log: Path) -> None:
    with serving(log, **NOWHERE, SHUTDOWN_DRAIN_SECONDS="60") as service:
        service.stop()
        while _status(service, "/health/ready") == 200 or "stopping" not in service.log.read_text():
            time.sleep(0.02)
        service.stop()

        assert service.wait() == 0


def test_a_request_in_flight_is_finished(log: Path) -> None:
    answers: list[httpx2.Response] = []
    # A Redis that never says a word makes a request that takes half a second.
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        serving(log, **NOWHERE | {"REDIS_URL": f"redis://127.0.0.1:{silent.getsockname()[1]}"}) as service,
    ):

        def ask() -> None:
            answers.append(httpx2.get(f"http://127.0.0.1:{service.port}/health", timeout=10))

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.15)
        service.stop()
        asking.join()

        assert service.wait() == 0
    assert [(answer.status_code, answer.json()["checks"]["redis"]["status"]) for answer in answers] == [
        (200, "degraded")
    ]


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", **NOWHERE, PORT=str(port))

    assert done.returncode == 1
    assert done.stderr == f"PORT: {port} can't be used (Address already in use); set PORT to a free one\n"


def test_a_taken_metrics_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", **NOWHERE, PORT=str(free_port()), METRICS_PORT=str(port))

    assert done.returncode == 1
    assert done.stderr.startswith(f"METRICS_PORT: {port} can't be used")
    assert len(done.stderr.splitlines()) == 1


def test_bad_settings_are_listed_all_at_once_and_not_shown() -> None:
    done = run("serve", DATABASE_URL="hunter2", PORT="hunter2", LOG_LEVEL="hunter2")

    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        f"{this_service().slug} can't start, 3 setting(s) to mend",
        "  DATABASE_URL",
        "  LOG_LEVEL",
        "  PORT",
    ]
    assert "hunter2" not in done.stdout + done.stderr


def test_a_missing_key_is_one_clear_line(tmp_path: Path) -> None:
    done = run("serve", **NOWHERE, SECRET_KEY="", SECRET_KEY_PATH=str(tmp_path / "none"))

    assert (done.returncode, done.stderr) == (
        1,
        f"SECRET_KEY_PATH: there is no file {tmp_path / 'none'}; run `just keys`\n",
    )


def test_a_missing_pair_is_one_clear_line(tmp_path: Path) -> None:
    private = str(tmp_path / "private.pem")
    done = run("serve", **NOWHERE, JWT_PRIVATE_KEY="", JWT_PRIVATE_KEY_PATH=private)

    assert (done.returncode, done.stderr) == (
        1,
        f"JWT_PRIVATE_KEY_PATH: there is no file {private}; run `just keys`\n",
    )


def test_a_key_that_nobody_could_check_stops_the_start(tmp_path: Path) -> None:
    make_keys({"JWT_PUBLIC_KEY_PATH": f"{tmp_path}/other.pem", "JWT_PRIVATE_KEY_PATH": f"{tmp_path}/key.pem", **KEY})
    done = run("serve", **NOWHERE, JWT_PUBLIC_KEY="", JWT_PUBLIC_KEY_PATH=f"{tmp_path}/other.pem")

    assert (done.returncode, done.stderr) == (
        1,
        "JWT_PUBLIC_KEY_PATH: lacks the public half of JWT_PRIVATE_KEY_PATH; run `just keys`\n",
    )


def test_production_serves_no_docs_and_its_metrics_on_a_port_of_their_own(log: Path) -> None:
    port = free_port()
    with serving(log, **PRODUCTION, METRICS_PORT=str(port), SHUTDOWN_DRAIN_SECONDS="0") as service:
        hidden = [_status(service, path) for path in ("/docs", "/openapi.json", "/metrics", "/docs/swagger-ui.css")]
        metrics = httpx2.get(f"http://127.0.0.1:{port}/metrics")
        wrong_host = service.client.get("/docs", headers={"Host": "evil.example"})
        service.stop()

        assert service.wait() == 0
    assert hidden == [404, 404, 404, 404]
    assert wrong_host.json()["type"] == "urn:problem:unknown-host"
    assert 'http_requests_total{method="GET",path="unmatched",status="404"} 4.0' in metrics.text


@pytest.mark.parametrize("command", ["serve", "migrate", "seed", "openapi", "keys", "makemigration"])
def test_every_command_explains_itself(command: str) -> None:
    done = run(command, "--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: {command}")


def test_a_redis_cluster_stops_the_start_in_one_clear_line(tmp_path: Path) -> None:
    with valkey_cluster(tmp_path) as url:
        done = run("serve", **NOWHERE | {"REDIS_URL": url}, PORT=str(free_port()))

    assert done.returncode == 1
    assert done.stderr == (
        "REDIS_URL: it is a Redis Cluster; give a single server or a replication group (cluster mode off)\n"
    )


def test_migrate_says_where_each_history_stands(worker_database: str) -> None:
    done = run("migrate", "--status", DATABASE_URL=worker_database)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "core: core0001"


def test_a_command_refuses_arguments_that_it_does_not_know() -> None:
    done = run("serve", "--port", "80")

    assert done.returncode == 2
    assert "unrecognized arguments: --port 80" in done.stderr
    assert "Traceback" not in done.stderr
