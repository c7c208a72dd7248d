"""The one layer around the finished application: ids, headers, time limit, log line, metrics, span (template-owned).

Pure ASGI and outermost, so that an unhandled exception too becomes a problem document with a request id. Every request
goes through it, so it is written for speed: one pass over the headers, and nothing made that is not needed.
"""

import asyncio
import time
from collections.abc import Mapping

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.layers.exchange import Exchange
from app.api.layers.problems import problem_response
from app.api.patience import TIME_LIMIT
from app.api.runtime import Runtime
from app.kit.http_metrics import HttpMetrics
from app.kit.logs import AccessLog, LogShape, RequestRecord, current_request, current_trace
from app.kit.problems import INTERNAL, ProblemError, timed_out
from app.kit.requests import check_host, client_address, request_id
from app.kit.spans import RequestSpan
from app.kit.trace import continue_trace

_log = structlog.stdlib.get_logger(__name__)
_TOO_SLOW = timed_out()
_FAILED = ProblemError(INTERNAL, "The failure has been logged under the request's id.")

# The first line of each name.
Headers = Mapping[bytes, bytes]


class Edge:
    """Wraps the application; one instance a process."""

    def __init__(self, app: ASGIApp, runtime: Runtime, shape: LogShape) -> None:
        self._app = app
        self._runtime = runtime
        self._settings = runtime.settings.core
        self._seconds = self._settings.request_timeout.total_seconds()
        self._hosts = frozenset(host.lower() for host in self._settings.allowed_hosts)
        # Nothing is recorded that nobody collects.
        self._share = self._settings.otel_traces_sampler_arg if self._settings.otel_exporter_otlp_endpoint else 0.0
        self._access_log = AccessLog(self._settings, shape)
        self._metrics = HttpMetrics()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: Headers = dict(reversed(scope["headers"]))
        record = self._record(scope, headers)
        current_request.set(record)
        span = self._begin_trace(scope, headers, record)
        exchange = Exchange(record.id, receive, send, closes=self._runtime.draining)
        began = time.perf_counter()
        try:
            await self._answer(scope, exchange, headers)
        finally:
            seconds = time.perf_counter() - began
            route = route_template(scope)
            self._metrics.observe(
                scope["method"],
                route,
                exchange.status,
                seconds=seconds,
                received=exchange.received,
                sent=exchange.sent,
            )
            self._access_log.write(record, exchange.status, seconds)
            if span is not None:
                span.end(route=route, status=exchange.status)

    def _begin_trace(self, scope: Scope, headers: Headers, record: RequestRecord) -> RequestSpan | None:
        traceparent = headers.get(b"traceparent")
        trace = continue_trace(traceparent.decode("latin-1") if traceparent else None, self._share)
        current_trace.set(trace)
        tracer = self._runtime.tracer
        if tracer is None or not trace.sampled:
            return None
        scheme, version = scope.get("scheme", "http"), scope.get("http_version", "1.1")
        return RequestSpan(tracer, record, trace, scheme=scheme, version=version)

    async def _answer(self, scope: Scope, exchange: Exchange, headers: Headers) -> None:
        # An operation that streams gives itself another.
        limit = scope[TIME_LIMIT] = asyncio.timeout(self._seconds)
        try:
            if self._hosts:
                check_host(headers.get(b"host", b"").decode("latin-1"), scope["path"], self._hosts)
            async with limit:
                await self._app(scope, exchange.receive, exchange.send)
        except ProblemError as problem:
            error = problem
        except Exception:  # noqa: BLE001 - the last resort: nothing may leave without an answer and a log line
            # A handler's own TimeoutError is a failure as any other.
            error = _TOO_SLOW if limit.expired() else _FAILED
            if error is _FAILED:
                _log.exception("unhandled exception")
        else:
            return
        if exchange.is_finished:
            return
        if exchange.status:
            # Part of the answer is out: all that is left is to break the connection off.
            raise ConnectionAbortedError("the answer could not be finished")
        await problem_response(error, scope["path"])(scope, exchange.receive, exchange.send)

    def _record(self, scope: Scope, headers: Headers) -> RequestRecord:
        given_id, user_agent = headers.get(b"x-request-id"), headers.get(b"user-agent")
        return RequestRecord(
            id=request_id(given_id.decode("latin-1") if given_id else None),
            method=scope["method"],
            path=scope["path"],
            ip=_address(scope, hops=self._settings.trusted_proxy_hops),
            user_agent=user_agent.decode("latin-1") if user_agent is not None else None,
        )


def route_template(scope: Scope) -> str | None:
    """The template of the route that answered, `/api/v1/projects/{id}`."""
    # FastAPI keeps the whole template, with its routers' prefixes, in a context of its own.
    context = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(context, "path_format", None)


def _address(scope: Scope, *, hops: int) -> str | None:
    client = scope.get("client")
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"] if hops else []
    return client_address(client[0] if client else None, lines, hops=hops)
