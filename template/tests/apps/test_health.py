"""Health: what each probe says while servers come and go (template-owned)."""

import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import Mock

import pytest
from tests.commands import Serving, free_port, serving
from tests.dev.processes import wait_until

from app.site import health


@pytest.fixture
def probed(tmp_path: Path) -> Any:
    """A service that runs with some settings."""

    @contextmanager
    def probed(**given: str) -> Iterator[Serving]:
        with serving(tmp_path / "log", **given) as running:
            yield running

    return probed


def backend(server: str) -> str:
    return "embedded" if server in os.environ.get("EMBEDDED_SERVERS", "").split(",") else "real"


def core_of(body: dict[str, Any]) -> dict[str, Any]:
    """The checks of core's two servers."""
    return {name: body["checks"][name] for name in ("postgres", "redis")}


def test_everything_answers(probed: Any) -> None:
    with probed() as service:
        live, summary, ready = (service.client.get(path) for path in ("/health/live", "/health", "/health/ready"))

    assert (live.status_code, live.json()) == (200, {"status": "ok"})
    assert (summary.status_code, ready.status_code) == (200, 200)
    assert core_of(summary.json()) == {
        name: {"status": "ok", "backend": backend(name), "detail": "answers"} for name in ("postgres", "redis")
    }
    assert ready.json() == summary.json()


def test_without_postgres_the_service_is_not_ready_but_alive(probed: Any) -> None:
    with probed(DATABASE_URL=f"postgresql://app:hunter2@127.0.0.1:{free_port()}/app") as service:
        live, summary, ready = (service.client.get(path) for path in ("/health/live", "/health", "/health/ready"))

    assert live.status_code == 200
    assert (summary.status_code, summary.json()["status"]) == (200, "unavailable")
    assert (ready.status_code, ready.headers["retry-after"]) == (503, "5")
    assert ready.headers["content-type"] == "application/json"
    assert ready.json()["checks"]["postgres"] == {
        "status": "unavailable",
        "backend": backend("postgres"),
        "detail": "does not answer",
    }
    assert "127.0.0.1" not in summary.text


def test_without_redis_the_service_is_degraded_and_ready(probed: Any) -> None:
    with probed(REDIS_URL=f"redis://127.0.0.1:{free_port()}") as service:
        ready = service.client.get("/health/ready")

    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    redis = {"status": "degraded", "backend": backend("redis"), "detail": "does not answer"}
    assert ready.json()["checks"]["redis"] == redis


def test_people_at_their_own_machine_see_what_failed(probed: Any) -> None:
    port = free_port()
    with probed(ENVIRONMENT="development", REDIS_URL=f"redis://127.0.0.1:{port}", LOG_FORMAT="json") as service:
        detail = service.client.get("/health").json()["checks"]["redis"]["detail"]

    assert detail.startswith("ConnectionError: ")
    assert str(port) in detail


def test_many_probes_at_once_ask_each_server_once(probed: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        # The start-up's own question goes unanswered too.
        with probed(REDIS_URL=url, REDIS_TIMEOUT="100ms") as service, ThreadPoolExecutor(8) as probes:
            service.client.get("/health")
            silent.setblocking(False)
            before = accepted(silent)
            assert {
                answer.status_code for answer in probes.map(lambda _: service.client.get("/health"), range(40))
            } == {200}
            assert accepted(silent) == 0
    assert before > 0


def accepted(listener: socket.socket) -> int:
    """How many have connected since the last call."""
    number = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return number
        number += 1


def test_a_silent_server_is_waited_for_half_a_second(probed: Any) -> None:
    # It takes connections and never says a word.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://app@127.0.0.1:{silent.getsockname()[1]}/app"
        with probed(DATABASE_URL=url) as service:
            began = time.monotonic()
            ready = service.client.get("/health/ready")
            took = time.monotonic() - began
            assert service.client.get("/health/live").status_code == 200

    assert ready.status_code == 503
    assert 0.4 < took < 4


@pytest.mark.django_db
def test_a_server_that_hangs_is_asked_once_and_keeps_no_thread_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Event()
    hung = Mock(side_effect=lambda: answers.wait(60))
    store = Mock(redis=Mock(ping=hung), is_resting=False)
    # Nothing is remembered, of the last answers or of requests.
    monkeypatch.setattr(health, "the_store", lambda: store)
    monkeypatch.setattr(health, "FRESH_SECONDS", -1)
    monkeypatch.setattr(health, "heard_of", lambda _: False)
    checks = health.HealthChecks()

    said = [checks.results() for _ in range(3)]
    assert [(one["postgres"].status, one["redis"].status) for one in said] == [("ok", "degraded")] * 3
    assert hung.call_count == 1
    answers.set()
    assert wait_until(lambda: checks.results()["redis"].status == "ok")
