"""The one layer around the finished application: ids, headers, log line, metrics, span (template-owned).

Plain WSGI and outermost, so that an unhandled exception too becomes a problem document with a request id.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

import structlog
from django.core import signals
from gunicorn.http.errors import ParseException

from app.apps.rest.problems import as_problem, problem_response
from app.apps.runtime import process
from app.kit.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS
from app.kit.http_metrics import HttpMetrics
from app.kit.logs import AccessLog, LogShape, RequestRecord, current_request, current_trace
from app.kit.problems import INTERNAL, MALFORMED, ProblemError
from app.kit.requests import check_host, client_address, request_id
from app.kit.settings import CoreSettings
from app.kit.spans import RequestSpan
from app.kit.trace import continue_trace

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

ROUTE = "service.route"
_log = structlog.stdlib.get_logger(__name__)
_FAILED = ProblemError(INTERNAL, "The failure has been logged under the request's id.")
_BROKEN_BODY = ProblemError(MALFORMED, "The body is not framed as HTTP/1.1 has it.", headers={"Connection": "close"})
_HEADERS = [(name.decode().title(), value.decode()) for name, value in SECURITY_HEADERS]
_POLICY = ("Content-Security-Policy", CONTENT_SECURITY_POLICY[1].decode())


class Edge:
    """Wraps the application; one instance a process."""

    def __init__(self, app: Application, settings: CoreSettings, shape: LogShape) -> None:
        self._app = app
        self._settings = settings
        self._hosts = frozenset(host.lower() for host in settings.allowed_hosts)
        # Nothing is recorded that nobody collects.
        self._share = settings.otel_traces_sampler_arg if settings.otel_exporter_otlp_endpoint else 0.0
        self.access_log = AccessLog(settings, shape)
        self.metrics = HttpMetrics()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        record = self._record(environ)
        current_request.set(record)
        exchange = Exchange(self, record, environ)
        exchange.span = self._begin_trace(environ, record)

        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            return start_response(status, exchange.completed(status, headers), exc_info)

        exchange.body = self._answer(environ, start)
        return exchange

    def _answer(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        try:
            if self._hosts:
                check_host(environ.get("HTTP_HOST", ""), path, self._hosts)
            return self._app(environ, start)
        except Exception as error:  # noqa: BLE001 - the last resort: nothing may leave without an answer and a log line
            problem = as_problem(error) or _FAILED
            if problem is _FAILED:
                _log.exception("unhandled exception")
            # As after any answer of Django's: connections go back to the pool.
            signals.request_finished.send(sender=type(self))
        response = problem_response(problem, path)
        start(
            f"{response.status_code} {response.reason_phrase}",
            [*response.items(), ("Content-Length", str(len(response.content)))],
        )
        return [response.content]

    def _begin_trace(self, environ: Environ, record: RequestRecord) -> RequestSpan | None:
        trace = continue_trace(environ.get("HTTP_TRACEPARENT"), self._share)
        current_trace.set(trace)
        if process.tracer is None or not trace.sampled:
            return None
        version = environ.get("SERVER_PROTOCOL", "HTTP/1.1").removeprefix("HTTP/")
        return RequestSpan(process.tracer, record, trace, scheme=environ["wsgi.url_scheme"], version=version)

    def _record(self, environ: Environ) -> RequestRecord:
        lines = [environ["HTTP_X_FORWARDED_FOR"]] if "HTTP_X_FORWARDED_FOR" in environ else []
        return RequestRecord(
            id=request_id(environ.get("HTTP_X_REQUEST_ID")),
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
            ip=client_address(environ.get("REMOTE_ADDR"), lines, hops=self._settings.trusted_proxy_hops),
            user_agent=environ.get("HTTP_USER_AGENT"),
        )


class CountedInput:
    """A request's body as it is read: what a header says of its length may be anything.

    Raises:
        ProblemError: 400 where it ends before it is whole, or is no body at all.
    """

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.received = 0

    def read(self, *size: int) -> bytes:
        return self._counted(self._source.read, size)

    def readline(self, *size: int) -> bytes:
        return self._counted(self._source.readline, size)

    def _counted(self, read: Callable[..., bytes], size: tuple[int, ...]) -> bytes:
        try:
            data = read(*size)
        except TimeoutError:
            raise
        except (OSError, ParseException):  # gunicorn's own, of both kinds
            raise _BROKEN_BODY from None
        self.received += len(data)
        return data


class Exchange:
    """One request's answer on its way: adds the headers that every answer carries, counts bytes."""

    def __init__(self, edge: Edge, record: RequestRecord, environ: Environ) -> None:
        self._edge, self._record, self._environ = edge, record, environ
        self._input = environ["wsgi.input"] = CountedInput(environ["wsgi.input"])
        self._began = time.perf_counter()
        # 0 until there is one.
        self._status = self._sent = 0
        self.body: Iterable[bytes] = ()
        self.span: RequestSpan | None = None

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.body:
            self._sent += len(chunk)
            yield chunk

    def close(self) -> None:
        """The server has sent everything, or nobody waits for it any more."""
        try:
            if hasattr(self.body, "close"):
                self.body.close()
        finally:
            self._tell()

    def completed(self, status: str, given: Headers) -> Headers:
        """The headers of the answer, with ours."""
        self._status = int(status[:3])
        # A page's own stand instead, as the policies of /docs and /admin and the life of what they load.
        own = {name.lower() for name, _ in given}
        ours = [pair for pair in (*_HEADERS, _POLICY) if pair[0].lower() not in own]
        return [*given, *ours, ("X-Request-ID", self._record.id)]

    def _tell(self) -> None:
        seconds = time.perf_counter() - self._began
        route = self._environ.get(ROUTE)
        sizes = {"received": self._input.received, "sent": self._sent}
        self._edge.metrics.observe(self._record.method, route, self._status, seconds=seconds, **sizes)
        self._edge.access_log.write(self._record, self._status, seconds)
        if self.span is not None:
            self.span.end(route=route, status=self._status)
