"""`serve` as the process that a container runs (template-owned; contract, "Processes")."""

import signal
import time
from pathlib import Path

import httpx2
import pytest
from tests.commands import Serving, free_port, run, serving
from tests.environment import SECRET_KEY

from app.kit.service import this_service

KEY = {"SECRET_KEY": SECRET_KEY}
NOWHERE = {"DATABASE_URL": "postgresql://service@127.0.0.1:1/app", "REDIS_URL": "redis://127.0.0.1:1"}
PRODUCTION = {
    **NOWHERE,
    "ENVIRONMENT": "production",
    "EMBEDDED_SERVERS": "",
    "ALLOWED_HOSTS": "127.0.0.1",
    "CLAMAV_HOST": "127.0.0.1",
    "MINIO_ENDPOINT": "127.0.0.1",
    "MINIO_PORT": "1",
    "MINIO_TLS": "true",
    "ELASTICSEARCH_URL": "http://127.0.0.1:1",
    "ELASTICSEARCH_TIMEOUT": "100ms",
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


def test_migrate_says_where_each_history_stands(worker_database: str) -> None:
    done = run("migrate", "--status", DATABASE_URL=worker_database)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "core: core0001"
