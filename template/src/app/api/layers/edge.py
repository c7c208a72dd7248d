"""The one layer around the finished application: ids, headers, time limit, log line, metrics (template-owned).

Pure ASGI and outermost, so that an unhandled exception too becomes a problem document with a request id.
"""

import asyncio
import sys
import time
from collections.abc import Iterable
from uuid import UUID, uuid4

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.layers.client_address import client_address
from app.api.layers.observe import HttpMetrics, route_template
from app.api.layers.problems import problem_response
from app.api.runtime import Runtime
from app.kit.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS
from app.kit.logs import LogShape, RequestRecord, current_request, current_trace
from app.kit.problems import INTERNAL, TIMED_OUT, UNKNOWN_HOST, ProblemError
from app.kit.trace import continue_trace

_log = structlog.stdlib.get_logger(__name__)
# Probes come by address, and must be answered whatever the host name.
_ANY_HOST = ("/health", "/health/live", "/health/ready")
_TOO_SLOW = ProblemError(TIMED_OUT, "Nothing was answered in time; try again.", headers={"Retry-After": "5"})
_FAILED = ProblemError(INTERNAL, "The failure has been logged under the request's id.")


class Edge:
    """Wraps the application; one instance a process."""

    def __init__(self, app: ASGIApp, runtime: Runtime, shape: LogShape) -> None:
        self._app = app
        self._runtime = runtime
        self._settings = runtime.settings.core
        self._seconds = self._settings.request_timeout.total_seconds()
        self._hosts = frozenset(host.lower() for host in self._settings.allowed_hosts)
        self._shape = shape
        self._metrics = HttpMetrics()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        record = self._record(scope, headers)
        current_request.set(record)
        current_trace.set(continue_trace(headers.get("traceparent")))
        exchange = Exchange(record.id, receive, send, closes=self._runtime.draining)
        began = time.perf_counter()
        try:
            await self._answer(scope, exchange, headers)
        finally:
            seconds = time.perf_counter() - began
            self._metrics.observe(
                method=scope["method"],
                path=route_template(scope),
                status=exchange.status,
                seconds=seconds,
                received=exchange.received,
                sent=exchange.sent,
            )
            self._write_access_line(exchange.status, seconds)

    async def _answer(self, scope: Scope, exchange: "Exchange", headers: Headers) -> None:
        limit = asyncio.timeout(self._seconds)
        try:
            self._check_host(scope, headers)
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

    def _check_host(self, scope: Scope, headers: Headers) -> None:
        if not self._hosts or scope["path"] in _ANY_HOST:
            return
        host = headers.get("host", "").rsplit(":", 1)[0].lower()
        if host not in self._hosts:
            raise ProblemError(UNKNOWN_HOST, "The Host header names none of this service's names.")

    def _record(self, scope: Scope, headers: Headers) -> RequestRecord:
        return RequestRecord(
            id=_request_id(headers.get("x-request-id")),
            method=scope["method"],
            path=scope["path"],
            ip=client_address(scope, headers, hops=self._settings.trusted_proxy_hops),
            user_agent=headers.get("user-agent"),
        )

    def _write_access_line(self, status: int, seconds: float) -> None:
        milliseconds = round(seconds * 1000, 3)
        if not self._settings.writes_json_logs:
            record = current_request.get()
            _log.info(f"{record.method} {record.path} {status}" if record else "", duration_ms=milliseconds)
        elif self._settings.log_level in ("debug", "info"):
            # Not through the loggers: one line of JSON costs a tenth of their way.
            line = self._shape.line(
                level="info", message="request answered", data={"status": status}, duration_ms=milliseconds
            )
            sys.stdout.write(line.decode() + "\n")
            sys.stdout.flush()


class Exchange:
    """One request's two streams: counts bytes, adds the headers that every answer carries."""

    def __init__(self, request_id: str, receive: Receive, send: Send, *, closes: bool) -> None:
        self._receive, self._send = receive, send
        self._headers = [*SECURITY_HEADERS, (b"x-request-id", request_id.encode())]
        if closes:
            self._headers.append((b"connection", b"close"))
        self.status = 0
        self.received = self.sent = 0
        self.is_finished = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self.received += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), *self._headers]
            if not _has_policy(message["headers"]):
                message["headers"].append(CONTENT_SECURITY_POLICY)
        elif message["type"] == "http.response.body":
            self.sent += len(message.get("body", b""))
            self.is_finished = not message.get("more_body", False)
        await self._send(message)


def _has_policy(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name == CONTENT_SECURITY_POLICY[0] for name, _ in headers)


def _request_id(given: str | None) -> str:
    if given and len(given) == 36:
        try:
            return str(UUID(given))
        except ValueError:
            pass
    return str(uuid4())
