"""Logs in the guide's exact shape, a JSON object a line, on standard output (template-owned; "Logging Structure").

Everything goes through here: structlog's loggers, the standard library's (server, ORM) and the access log.
"""

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
import structlog
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from app.kit.redaction import redact_members, redact_text
from app.kit.service import this_service
from app.kit.settings import CoreSettings
from app.kit.trace import Trace, new_trace

_LONGEST_TEXT = 1000
_LEVELS = {"warn": "warning", "exception": "error"}
# What JSON leaves as it is, yet ends a line, steers a terminal or turns the direction of writing.
_STEERING = re.compile("[\x80-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_REPEATS_ITSELF = "opentelemetry"
_QUIET_SECONDS = 60


@dataclass(slots=True)
class RequestRecord:
    """The `request` member of a log line; who asks is filled in once that is known.

    The two texts that a caller chooses freely lose at once what looks like a secret, and what is past 1,000 characters.
    """

    id: str
    method: str
    path: str
    ip: str | None
    user_agent: str | None
    user_id: str | None = None
    org_id: str | None = None

    def __post_init__(self) -> None:
        self.path = redact_text(self.path[:_LONGEST_TEXT])
        if self.user_agent is not None:
            self.user_agent = redact_text(self.user_agent[:_LONGEST_TEXT])

    def as_dict(self) -> dict[str, str | None]:
        return {
            "id": self.id,
            "method": self.method,
            "path": self.path,
            "user_id": self.user_id,
            "org_id": self.org_id,
            "ip": self.ip,
            "user_agent": self.user_agent,
        }


current_request: ContextVar[RequestRecord | None] = ContextVar("current_request", default=None)
current_trace: ContextVar[Trace | None] = ContextVar("current_trace", default=None)

_log = structlog.stdlib.get_logger(__name__)


def current_traceparent() -> str | None:
    """What carries the trace at hand on to whoever goes on with the work; none outside of one."""
    trace = current_trace.get()
    return trace.traceparent if trace else None


class LogShape:
    """The members that every line of this process has, and the form of the whole line."""

    def __init__(self, settings: CoreSettings) -> None:
        self._constant = {
            "service": this_service().slug,
            "version": settings.service_version,
            "environment": settings.environment,
        }

    def line(self, *, level: str, message: str, data: dict[str, Any], duration_ms: float | None) -> bytes:
        """One line of JSON with its line end, which nothing in it can forge; `message` and `data` hold no secret."""
        trace = current_trace.get() or new_trace()
        request = current_request.get()
        record: dict[str, Any] = {
            "timestamp": _now(),
            "level": level,
            **self._constant,
            "trace_id": trace.trace_id,
            "span_id": trace.span_id,
            "parent_span_id": trace.parent_span_id,
            "request": request.as_dict() if request else None,
            "message": message,
            "data": data,
        }
        if duration_ms is not None:
            record["duration_ms"] = duration_ms
        try:
            line = _encode(record)
        except TypeError:
            # Lone surrogates, numbers past 64 bits: shown as Python writes them, so that no line is lost.
            line = _encode(_writable(record))
        return line if line.isascii() else _STEERING.sub(_escaped, line.decode()).encode()

    def __call__(self, _logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
        """The last structlog processor: an event becomes a line."""
        level = str(event.pop("level", method))
        duration = event.pop("duration_ms", None)
        message = str(event.pop("event", ""))
        data = {key: value for key, value in event.items() if not key.startswith("_")}
        line = self.line(level=_LEVELS.get(level, level), message=message, data=data, duration_ms=duration)
        # The handler adds the line end.
        return line[:-1].decode()


class AccessLog:
    """Says of each request that it was answered."""

    def __init__(self, settings: CoreSettings, shape: LogShape) -> None:
        self._shape = shape
        self._writes_lines = settings.writes_json_logs and settings.log_level in ("debug", "info")
        self._is_for_people = not settings.writes_json_logs

    def write(self, record: RequestRecord, status: int, seconds: float) -> None:
        """Write its line."""
        milliseconds = round(seconds * 1000, 3)
        if self._writes_lines:
            # Not through the loggers: one line of JSON costs a tenth of their way.
            line = self._shape.line(
                level="info", message="request answered", data={"status": status}, duration_ms=milliseconds
            )
            sys.stdout.write(line.decode())
            sys.stdout.flush()
        elif self._is_for_people:
            _log.info(f"{record.method} {record.path} {status}", duration_ms=milliseconds)


def configure_logs(settings: CoreSettings) -> LogShape:
    """Send every logger of this process to standard output in one shape; call it once, at start-up."""
    shape = LogShape(settings)
    before: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        _without_color_message,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    shown = [shape] if settings.writes_json_logs else [_printable, _console()]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _without_secrets, *shown],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    handler.addFilter(_Seldom())
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    # Not its own: one counts in a metric that the guide doesn't have, the other logs what the function was given.
    set_on_retry_hooks([_log_retry])
    return shape


class _Seldom(logging.Filter):
    """Lets a line a minute through from a library that says the same again and again while its server is down."""

    def __init__(self) -> None:
        super().__init__()
        self._next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith(_REPEATS_ITSELF):
            return True
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + _QUIET_SECONDS
        return True


def _log_retry(details: RetryDetails) -> None:
    structlog.stdlib.get_logger(__name__).warning(
        "trying again",
        what=details.name,
        attempt=details.retry_num + 1,
        in_seconds=round(details.wait_for, 2),
        cause=repr(details.caused_by),
    )


def _without_color_message(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # Some servers add their message once more, with terminal codes.
    event.pop("color_message", None)
    return event


def _without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return redact_members(event)


def _printable(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """For a terminal: control characters as escapes, and tracebacks indented, so that no text can forge a line."""
    shown: dict[str, Any] = {}
    for name, value in event.items():
        if name in ("exception", "stack"):
            shown[name] = "\n".join(f"    {_on_one_line(line)}" for line in str(value).split("\n"))
        else:
            shown[_on_one_line(name)] = _on_one_line(value) if isinstance(value, str) else value
    return shown


def _on_one_line(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def _console() -> structlog.dev.ConsoleRenderer:
    # Plain tracebacks: the decorated ones show local variables, and so what people sent.
    return structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _encode(value: Any) -> bytes:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _writable(value: Any, levels: int = 3) -> Any:
    if isinstance(value, dict) and levels:
        return {_writable(key, 0): _writable(item, levels - 1) for key, item in value.items()}
    try:
        _encode(value)
    except TypeError:
        return ascii(value)
    return value


def _now() -> str:
    now = time.time()
    return f"{_whole_second(int(now))}.{int(now % 1 * 1000):03d}Z"


@lru_cache(maxsize=1)
def _whole_second(now: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
