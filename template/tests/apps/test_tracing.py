"""Traces: what is recorded, with which ids, and that nothing suffers from it (template-owned)."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.apps.application import application, bearer, make_user, tokens_of
from tests.collector import Collector, ReceivedSpan, collector
from tests.commands import free_port, serving
from tests.environment import settings_of
from tests.lines import access_line, logged

from app.apps.runtime import process
from app.kit.service import this_service
from app.site.tracing import open_tracer

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
Capture = pytest.CaptureFixture[str]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.apps.trouble")]


@pytest.fixture
def sink() -> Iterator[Collector]:
    with collector() as sink:
        yield sink


@pytest.fixture
def traced(settings: Any, sink: Collector, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The application, which sends its spans to `sink`, at the latest when it stops."""

    @contextmanager
    def traced(**given: str) -> Iterator[httpx2.Client]:
        given = {"OTEL_EXPORTER_OTLP_ENDPOINT": sink.url, "OTEL_TRACES_SAMPLER_ARG": "1", **given}
        settings.SERVICE = settings_of(**given)
        with open_tracer(settings.SERVICE.core) as tracer, application() as client:
            monkeypatch.setattr(process, "tracer", tracer)
            yield client

    return traced


def one(spans: list[ReceivedSpan], kind: str) -> ReceivedSpan:
    (span,) = [span for span in spans if span.kind == kind]
    return span


def test_a_request_is_a_span_with_the_conventions_attributes(traced: Any, sink: Collector) -> None:
    path = "/api/v1/auth/sessions/3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f"
    with traced(SERVICE_VERSION="1.2.3") as client:
        client.delete(path, headers={"User-Agent": "curl/8"})

    assert set(sink.paths) == {"/v1/traces"}
    span = one(sink.spans, "SERVER")
    assert (span.name, span.is_error, span.parent_span_id) == ("DELETE /api/v1/auth/sessions/{id}", False, "")
    assert span.attributes == {
        "http.request.method": "DELETE",
        "http.route": "/api/v1/auth/sessions/{id}",
        "http.response.status_code": 401,
        "url.scheme": "http",
        "url.path": path,
        "network.protocol.version": "1.1",
        "client.address": "127.0.0.1",
        "user_agent.original": "curl/8",
    }
    assert span.resource["service.name"] == this_service().slug
    assert span.resource["service.version"] == "1.2.3"
    assert span.resource["deployment.environment.name"] == "test"


def test_log_lines_have_the_ids_of_the_span(traced: Any, sink: Collector, capsys: Capture) -> None:
    with traced() as client:
        client.get("/trouble/broken", headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
        client.get("/health/live")

    broken, live = sink.spans
    lines = logged(capsys)
    assert (broken.trace_id, broken.parent_span_id) == (TRACE, PARENT)
    for span, path in ((broken, "/trouble/broken"), (live, "/health/live")):
        line = access_line(lines, path)
        assert (line["trace_id"], line["span_id"]) == (span.trace_id, span.span_id)
        assert (line["parent_span_id"] or "") == span.parent_span_id


def test_a_statement_is_a_span_below_its_request(traced: Any, sink: Collector) -> None:
    make_user()
    with traced() as client:
        token = bearer(tokens_of(client))
        client.get("/api/v1/users", headers={**token, "traceparent": f"00-{TRACE}-{PARENT}-01"})

    spans = [span for span in sink.spans if span.trace_id == TRACE]
    request = one(spans, "SERVER")
    (statement,) = [span for span in spans if span.name == "SELECT users"]
    assert (statement.kind, statement.parent_span_id) == ("CLIENT", request.span_id)
    assert statement.attributes == {
        "db.system.name": "postgresql",
        "db.operation.name": "SELECT",
        "db.collection.name": "users",
        "db.query.summary": "SELECT users",
    }


def test_a_failure_is_marked_and_shows_nothing_that_was_sent(traced: Any, sink: Collector) -> None:
    with traced() as client:
        assert client.get("/trouble/wrong_statement", headers={"Authorization": "Bearer hunter2"}).status_code == 500

    request, statement = one(sink.spans, "SERVER"), one(sink.spans, "CLIENT")
    assert (request.is_error, request.attributes["error.type"]) == (True, "500")
    assert (statement.is_error, statement.attributes["error.type"]) == (True, "42P01")
    assert statement.attributes["db.response.status_code"] == "42P01"
    assert b"hunter2" not in b"".join(sink.bodies)


def test_an_unknown_path_or_method_is_not_a_spans_name(traced: Any, sink: Collector) -> None:
    with traced() as client:
        client.get("/no/such/path")
        client.request("BREW", "/no/such/path")

    assert [span.name for span in sink.spans] == ["GET", "HTTP"]
    assert sink.spans[1].attributes["http.request.method"] == "_OTHER"


@pytest.mark.parametrize(
    ("share", "flags", "recorded"), [("1", "00", 0), ("0", "01", 1), ("0", None, 0), ("1", None, 1)]
)
def test_the_caller_decides_what_is_recorded_and_else_the_share(
    traced: Any, sink: Collector, capsys: Capture, share: str, flags: str | None, recorded: int
) -> None:
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-{flags}"} if flags else {}
    with traced(OTEL_TRACES_SAMPLER_ARG=share) as client:
        client.get("/health/live", headers=headers)

    assert len(sink.spans) == recorded
    # The line has its ids whether or not.
    line = access_line(logged(capsys), "/health/live")
    assert re.fullmatch("[0-9a-f]{32}", line["trace_id"])
    assert line["trace_id"] == TRACE or not flags


@pytest.mark.parametrize(("flags", "recorded"), [("01", 3), ("00", 0)])
def test_spans_of_your_own_stand_between_and_are_left_out_alike(
    traced: Any, sink: Collector, flags: str, recorded: int
) -> None:
    with traced() as client:
        client.get("/trouble/own_span", headers={"traceparent": f"00-{TRACE}-{PARENT}-{flags}"})

    by_name = {span.name: span for span in sink.spans}
    assert len(by_name) == recorded
    if recorded:
        request, work = by_name["GET /trouble/own_span"], by_name["work of your own"]
        assert (work.trace_id, work.parent_span_id) == (TRACE, request.span_id)
        assert by_name["SELECT"].parent_span_id == work.span_id


def test_without_a_collector_nothing_is_imported_for_it() -> None:
    # redis-py imports the SDK's metrics by itself.
    heavy = ("opentelemetry.sdk.trace", "opentelemetry.exporter", "opentelemetry.proto", "requests")
    check = f"import sys, app.site.serve; sys.exit(any(m in sys.modules for m in {heavy}))"
    subprocess.run([sys.executable, "-c", check], check=True, timeout=60)


def test_a_collector_that_is_down_harms_nobody(tmp_path: Path) -> None:
    given = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{free_port()}",
        "OTEL_TRACES_SAMPLER_ARG": "1",
        "OTEL_BSP_SCHEDULE_DELAY": "50",
        "OTEL_BSP_MAX_QUEUE_SIZE": "20",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "10",
    }
    with serving(tmp_path / "serve.log", **given) as service:
        began = time.monotonic()
        assert {service.client.get("/health/live").status_code for _ in range(300)} == {200}
        assert time.monotonic() - began < 10
        service.stop()

        assert service.wait() == 0
        assert time.monotonic() - began < 20
        lines = service.lines()
    assert sum("request answered" in line["message"] for line in lines) >= 300
    (fault,) = [line["message"] for line in lines if line["level"] in ("warning", "error")]
    assert "span" in fault.lower()


def test_a_collector_that_says_nothing_does_not_keep_the_process(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        given = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_TRACES_SAMPLER_ARG": "1"}
        with serving(tmp_path / "serve.log", **given) as service:
            assert service.client.get("/health/live").status_code == 200
            began = time.monotonic()
            service.stop()

            assert service.wait() == 0
            assert time.monotonic() - began < 8
