"""`serve` as a process: starts, drains, ends (template-owned; contract, "Processes")."""

import signal
import socket
import time
from pathlib import Path

import httpx2
import pytest
from tests.commands import Serving, run, serving


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


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("serve", PORT=port)
    assert done.returncode == 1
    assert done.stderr == f"PORT: {port} can't be used (Address already in use); set PORT to a free one\n"


def test_without_a_key_it_does_not_start() -> None:
    done = run("serve", SECRET_KEY="", SECRET_KEY_PATH="/nowhere/secret.key")
    assert done.returncode == 1
    assert done.stderr == "SECRET_KEY_PATH: there is no file /nowhere/secret.key; run `just keys`\n"


def test_metrics_have_a_port_of_their_own_where_one_is_set(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with serving(tmp_path / "log", METRICS_PORT=str(port)):
        text = httpx2.get(f"http://127.0.0.1:{port}/metrics").text
    assert 'http_requests_total{method="GET",path="/health/live",status="200"}' in text
