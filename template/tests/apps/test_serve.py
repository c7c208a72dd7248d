"""`serve` as a process: starts, drains, ends (template-owned; contract, "Processes")."""

import signal
import socket
import time
from pathlib import Path

import httpx2
import pytest
from tests.commands import Serving, free_port, serving

from app.kit.service import this_service

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


def said(service: Serving, message: str) -> bool:
    return message in [line["message"] for line in service.lines()]


def test_sigterm_ends_it_with_status_0(tmp_path: Path) -> None:
    with serving(tmp_path / "log") as service:
        service.stop()
        assert service.wait() == 0
        assert said(service, "stopping")


def test_while_draining_it_serves_on_but_is_not_ready(tmp_path: Path) -> None:
    with serving(tmp_path / "log", SHUTDOWN_DRAIN_SECONDS="2") as service:
        service.stop()
        time.sleep(0.3)
        ready = service.client.get("/health/ready")
        live = service.client.get("/health/live")
        assert (ready.status_code, ready.headers["retry-after"]) == (503, "5")
        assert (live.status_code, live.headers["connection"]) == (200, "close")
        assert service.wait() == 0


def test_a_second_signal_ends_the_draining(tmp_path: Path) -> None:
    with serving(tmp_path / "log", SHUTDOWN_DRAIN_SECONDS="60") as service:
        service.stop()
        time.sleep(0.3)
        began = time.monotonic()
        service.stop(signal.SIGINT)
        assert service.wait() == 0
        assert time.monotonic() - began < 10


def test_a_kept_connection_is_answered_once_more_while_it_stops(tmp_path: Path) -> None:
    with serving(tmp_path / "log") as service, httpx2.Client(base_url=str(service.client.base_url)) as kept:
        assert kept.get("/health/live").status_code == 200
        service.stop()
        assert service.wait() == 0


@pytest.mark.parametrize(("size", "word"), [(1_000, "keep-alive"), (1_000_000, "close")])
def test_a_connection_with_much_that_nobody_read_is_ended_with_a_word(tmp_path: Path, size: int, word: str) -> None:
    with serving(tmp_path / "log") as service:
        refused = service.client.patch("/api/v1/organizations/current", content=b" " * size)
    assert (refused.status_code, refused.headers["connection"]) == (401, word)


def test_metrics_have_a_port_of_their_own_where_one_is_set(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with serving(tmp_path / "log", METRICS_PORT=str(port)):
        text = httpx2.get(f"http://127.0.0.1:{port}/metrics").text
    assert 'http_requests_total{method="GET",path="/health/live",status="200"}' in text


def test_it_starts_while_its_servers_are_down_and_stops_at_once(tmp_path: Path) -> None:
    with serving(tmp_path / "log", **NOWHERE) as service:
        assert service.client.get("/health/ready").status_code == 503
        began = time.monotonic()
        service.stop(signal.SIGINT)

        assert service.wait() == 0
        assert time.monotonic() - began < 10
        # One shape from the first line to the last: the server's own lines too.
        assert {line["service"] for line in service.lines()} == {this_service().slug}


def test_production_serves_no_docs_no_admin_and_its_metrics_on_a_port_of_their_own(tmp_path: Path) -> None:
    port = free_port()
    own = {"METRICS_PORT": str(port), "SHUTDOWN_DRAIN_SECONDS": "0"}
    hidden = ("/docs", "/openapi.json", "/metrics", "/docs/swagger-ui.css", "/admin", "/admin/login/")
    with serving(tmp_path / "log", **PRODUCTION, **own) as service:
        assert {service.client.get(path).status_code for path in hidden} == {404}
        wrong_host = service.client.get("/docs", headers={"Host": "evil.example"})
        service.stop()
        metrics = httpx2.get(f"http://127.0.0.1:{port}/metrics")

        assert service.wait() == 0
    assert wrong_host.json()["type"] == "urn:problem:unknown-host"
    assert 'http_requests_total{method="GET",path="unmatched",status="404"} 6.0' in metrics.text


def test_browsers_may_call_from_the_named_origins_alone(tmp_path: Path) -> None:
    asks = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "if-match, authorization"}
    with serving(tmp_path / "log", **NOWHERE, CORS_ALLOWED_ORIGINS="https://app.example") as service:
        named, other = (
            service.client.options("/api/v1/users", headers={"Origin": origin, **asks})
            for origin in ("https://app.example", "https://app.example.evil.example")
        )
        answered = service.client.get("/api/v1/none", headers={"Origin": "https://app.example"})
        plain = service.client.options("/api/v1/users")

    assert named.status_code == 200
    assert named.headers["access-control-allow-origin"] == "https://app.example"
    assert "PATCH" in named.headers["access-control-allow-methods"]
    assert {"if-match", "authorization"} <= set(named.headers["access-control-allow-headers"].split(", "))
    assert "access-control-allow-credentials" not in named.headers
    assert "access-control-allow-origin" not in other.headers
    assert answered.headers["access-control-allow-origin"] == "https://app.example"
    assert "ETag" in answered.headers["access-control-expose-headers"]
    assert plain.status_code == 405
