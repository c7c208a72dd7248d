"""Traces: what is recorded, with which ids, and that nothing suffers from it (template-owned)."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, Request
from opentelemetry import trace
from sqlalchemy import text
from tests.api.conftest import SettingsOf
from tests.api.notes import notes_router, trouble_router
from tests.api.service import ADMIN, Service, open_service
from tests.collector import Collector, ReceivedSpan, collector
from tests.commands import serving
from tests.lines import access_line, logged

from app.api.runtime import runtime_of
from app.kit.service import this_service

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def sink() -> Iterator[Collector]:
    with collector() as sink:
        yield sink


@pytest.fixture
def traced(settings: SettingsOf, sink: Collector) -> Any:
    """A service that sends its spans to `sink`, at the latest when it stops."""

    @asynccontextmanager
    async def traced(*routers: APIRouter, **given: str) -> AsyncIterator[Service]:
        given = {"OTEL_EXPORTER_OTLP_ENDPOINT": sink.url, "OTEL_TRACES_SAMPLER_ARG": "1", **given}
        async with open_service(settings(**given), *routers, log_in_as=ADMIN) as service:
            yield service

    return traced


def _statements_router() -> APIRouter:
    router = APIRouter(prefix="/statements")

    @router.get("/fails")
    async def fails(request: Request) -> None:
        async with runtime_of(request).database.transaction() as session:
            await session.execute(text("SELECT 'hunter2' FROM nowhere WHERE a = :a"), {"a": "hunter2"})

    @router.get("/own")
    async def own(request: Request) -> None:
        tracer = runtime_of(request).tracer
        assert tracer is not None
        with tracer.start_as_current_span("work of your own"):
            async with runtime_of(request).database.transaction() as session:
                await session.execute(text("SELECT 1"))

    return router


def _one(spans: list[ReceivedSpan], kind: str) -> ReceivedSpan:
    (span,) = [span for span in spans if span.kind == kind]
    return span


async def test_a_request_is_a_span_with_the_conventions_attributes(traced: Any, sink: Collector) -> None:
    async with traced(notes_router(), SERVICE_VERSION="1.2.3") as service:
        path = "/api/v1/tried-notes/3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f"
        await service.client.get(f"{path}", headers={"User-Agent": "curl/8"})

    assert set(sink.paths) == {"/v1/traces"}
    span = _one(sink.spans, "SERVER")
    assert (span.name, span.kind, span.is_error) == ("GET /api/v1/tried-notes/{id}", "SERVER", False)
    assert span.parent_span_id == ""
    assert span.attributes == {
        "http.request.method": "GET",
        "http.route": "/api/v1/tried-notes/{id}",
        "http.response.status_code": 200,
        "url.scheme": "http",
        "url.path": path,
        "network.protocol.version": "1.1",
        "client.address": "192.0.2.1",
        "user_agent.original": "curl/8",
    }
    assert span.resource["service.name"] == this_service().slug
    assert span.resource["service.version"] == "1.2.3"
    assert span.resource["deployment.environment.name"] == "test"


async def test_log_lines_have_the_ids_of_the_span(traced: Any, sink: Collector, capsys: Capture) -> None:
    async with traced(trouble_router()) as service:
        await service.client.get("/api/v1/trouble/broken", headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
        await service.client.get("/health/live")

    broken, live = sink.spans
    lines = logged(capsys)
    assert (broken.trace_id, broken.parent_span_id) == (TRACE, PARENT)
    for span, path in ((broken, "/api/v1/trouble/broken"), (live, "/health/live")):
        line = access_line(lines, path)
        assert (line["trace_id"], line["span_id"]) == (span.trace_id, span.span_id)
        assert (line["parent_span_id"] or "") == span.parent_span_id


async def test_a_statement_is_a_span_below_its_request(traced: Any, sink: Collector) -> None:
    async with traced(notes_router()) as service:
        await service.client.get("/api/v1/tried-notes")

    request = _one(sink.spans, "SERVER")
    (statement,) = [span for span in sink.spans if span.name == "SELECT tried_notes"]
    assert statement.kind == "CLIENT"
    assert (statement.trace_id, statement.parent_span_id) == (request.trace_id, request.span_id)
    assert statement.attributes == {
        "db.system.name": "postgresql",
        "db.operation.name": "SELECT",
        "db.collection.name": "tried_notes",
        "db.query.summary": "SELECT tried_notes",
    }


async def test_a_failure_is_marked_and_shows_nothing_that_was_sent(traced: Any, sink: Collector) -> None:
    async with traced(_statements_router()) as service:
        response = await service.client.get("/api/v1/statements/fails", headers={"Authorization": "Bearer hunter2"})

    assert response.status_code == 500
    request, statement = _one(sink.spans, "SERVER"), _one(sink.spans, "CLIENT")
    assert (request.is_error, request.attributes["error.type"]) == (True, "500")
    assert (statement.is_error, statement.attributes["error.type"]) == (True, "42P01")
    assert statement.attributes["db.response.status_code"] == "42P01"
    assert b"hunter2" not in b"".join(sink.bodies)


async def test_an_unknown_path_or_method_is_not_a_spans_name(traced: Any, sink: Collector) -> None:
    async with traced() as service:
        await service.client.get("/no/such/path")
        await service.client.request("BREW", "/no/such/path")

    assert [span.name for span in sink.spans] == ["GET", "HTTP"]
    assert sink.spans[1].attributes["http.request.method"] == "_OTHER"
    assert [span.is_error for span in sink.spans] == [False, False]


@pytest.mark.parametrize(
    ("share", "flags", "recorded"), [("1", "00", 0), ("0", "01", 1), ("0", None, 0), ("1", None, 1)]
)
async def test_the_caller_decides_what_is_recorded_and_else_the_share(
    traced: Any, sink: Collector, capsys: Capture, share: str, flags: str | None, recorded: int
) -> None:
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-{flags}"} if flags else {}
    async with traced(OTEL_TRACES_SAMPLER_ARG=share) as service:
        await service.client.get("/health/live", headers=headers)

    assert len(sink.spans) == recorded
    # The line has its ids whether or not.
    line = access_line(logged(capsys), "/health/live")
    assert re.fullmatch("[0-9a-f]{32}", line["trace_id"])
    assert line["trace_id"] == TRACE or not flags


@pytest.mark.parametrize(("flags", "recorded"), [("01", 3), ("00", 0)])
async def test_spans_of_your_own_stand_between_and_are_left_out_alike(
    traced: Any, sink: Collector, flags: str, recorded: int
) -> None:
    async with traced(_statements_router()) as service:
        # So that a `trace.get_tracer(…)` anywhere makes such spans.
        assert not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
        await service.client.get("/api/v1/statements/own", headers={"traceparent": f"00-{TRACE}-{PARENT}-{flags}"})

    by_name = {span.name: span for span in sink.spans}
    assert len(by_name) == recorded
    if recorded:
        request, work = by_name["GET /api/v1/statements/own"], by_name["work of your own"]
        assert (work.trace_id, work.parent_span_id) == (TRACE, request.span_id)
        assert by_name["SELECT"].parent_span_id == work.span_id


def test_without_a_collector_nothing_is_imported_for_it() -> None:
    # redis-py imports the SDK's metrics by itself.
    heavy = ("opentelemetry.sdk.trace", "opentelemetry.exporter", "opentelemetry.proto", "requests")
    check = f"import sys, app.api.serve; sys.exit(any(m in sys.modules for m in {heavy}))"
    subprocess.run([sys.executable, "-c", check], check=True, timeout=60)


def test_a_collector_that_is_down_harms_nobody(tmp_path: Path, worker_database: str) -> None:
    given = {
        "DATABASE_URL": worker_database,
        "OTEL_EXPORTER_OTLP_ENDPOINT": _nowhere(),
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
    (line,) = [line for line in lines if line["level"] in ("warning", "error")]
    assert "span" in line["message"].lower()


def test_a_collector_that_says_nothing_does_not_keep_the_process(tmp_path: Path, worker_database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        given = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_TRACES_SAMPLER_ARG": "1", "DATABASE_URL": worker_database}
        with serving(tmp_path / "serve.log", **given) as service:
            assert service.client.get("/health/live").status_code == 200
            began = time.monotonic()
            service.stop()

            assert service.wait() == 0
            assert time.monotonic() - began < 8


def _nowhere() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
