"""The span of a request or a job that is recorded (template-owned; OpenTelemetry's conventions for HTTP, messaging).

Knows OpenTelemetry's interface alone, which is light.
"""

from contextvars import Token

from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
    format_span_id,
    format_trace_id,
    set_span_in_context,
)

from app.kit.jobs import Job
from app.kit.logs import RequestRecord, current_trace
from app.kit.trace import Trace, current_tracer

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE"})
_FAILED = 500


class RequestSpan:
    """The server's span around one request; log lines and spans below it get its ids."""

    def __init__(
        self, tracer: Tracer, record: RequestRecord, trace: Trace, *, scheme: str = "http", version: str = "1.1"
    ) -> None:
        attributes = _attributes(record) | {"url.scheme": scheme, "network.protocol.version": version}
        self._span = tracer.start_span("HTTP", _parent(trace), SpanKind.SERVER, attributes)
        self._method = record.method if record.method in _METHODS else "HTTP"
        self._attached = _enter(tracer, self._span, trace)

    def end(self, *, route: str | None, status: int) -> None:
        """Close it; `route` is the template, none where no route answered, `status` 0 where nobody waited for one."""
        self._span.update_name(f"{self._method} {route}" if route else self._method)
        self._span.set_attributes(_outcome(route, status))
        if status >= _FAILED:
            self._span.set_status(StatusCode.ERROR)
        self._span.end()
        detach(self._attached)
        current_tracer.set(None)


class JobSpan:
    """The worker's span around one attempt at a job."""

    def __init__(self, tracer: Tracer, job: Job, trace: Trace) -> None:
        attributes = {
            "messaging.system": "celery",
            "messaging.operation.type": "process",
            "messaging.operation.name": job.name,
            "messaging.destination.name": job.queue,
            "messaging.message.id": str(job.id),
        }
        self._span = tracer.start_span(f"{job.name} {job.queue}", _parent(trace), SpanKind.CONSUMER, attributes)
        self._attached = _enter(tracer, self._span, trace)

    def end(self, *, is_failed: bool) -> None:
        """Close it."""
        if is_failed:
            self._span.set_status(StatusCode.ERROR)
        self._span.end()
        detach(self._attached)
        current_tracer.set(None)


def _enter(tracer: Tracer, span: Span, trace: Trace) -> Token[Context]:
    # OTEL_SDK_DISABLED gives spans without ids.
    if span.is_recording():
        ids = span.get_span_context()
        of_the_span = format_trace_id(ids.trace_id), format_span_id(ids.span_id)
        current_trace.set(Trace(*of_the_span, trace.parent_span_id, trace.sampled))
    current_tracer.set(tracer)
    return attach(set_span_in_context(span))


def _parent(trace: Trace) -> Context:
    if trace.parent_span_id is None:
        return Context()
    caller = SpanContext(
        int(trace.trace_id, 16),
        int(trace.parent_span_id, 16),
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
    return set_span_in_context(NonRecordingSpan(caller), Context())


def _attributes(record: RequestRecord) -> dict[str, str]:
    attributes = {
        "http.request.method": record.method if record.method in _METHODS else "_OTHER",
        "url.path": record.path,
    }
    if record.ip:
        attributes["client.address"] = record.ip
    if record.user_agent:
        attributes["user_agent.original"] = record.user_agent
    return attributes


def _outcome(route: str | None, status: int) -> dict[str, str | int]:
    attributes: dict[str, str | int] = {}
    if route:
        attributes["http.route"] = route
    if status:
        attributes["http.response.status_code"] = status
    if status >= _FAILED:
        attributes["error.type"] = str(status)
    return attributes
