"""Logs in the guide's exact shape, a JSON object a line, on standard output (template-owned; "Logging Structure").

Everything goes through here: structlog's loggers, the standard library's (uvicorn, SQLAlchemy) and the access log.
"""

import logging
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog

from app.kit.service import this_service
from app.kit.settings import CoreSettings
from app.kit.trace import Trace, new_trace

_LEVELS = {"warn": "warning", "exception": "error"}


@dataclass(slots=True)
class RequestRecord:
    """The `request` member of a log line; who asks is filled in once that is known."""

    id: str
    method: str
    path: str
    ip: str | None
    user_agent: str | None
    user_id: str | None = None
    org_id: str | None = None

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


class LogShape:
    """The members that every line of this process has, and the form of the whole line."""

    def __init__(self, settings: CoreSettings) -> None:
        self._constant = {
            "service": this_service().slug,
            "version": settings.service_version,
            "environment": settings.environment,
        }

    def line(self, *, level: str, message: str, data: dict[str, Any], duration_ms: float | None) -> bytes:
        """One line of JSON without its line end; JSON escapes CR, LF and ANSI codes in it."""
        trace = current_trace.get() or new_trace()
        request = current_request.get()
        record: dict[str, Any] = {"timestamp": _now(), "level": level, **self._constant}
        record["trace_id"], record["span_id"] = trace.trace_id, trace.span_id
        record["parent_span_id"] = trace.parent_span_id
        record["request"] = request.as_dict() if request else None
        record["message"] = message
        record["data"] = data
        if duration_ms is not None:
            record["duration_ms"] = duration_ms
        try:
            return _encode(record)
        except TypeError:
            # Lone surrogates, numbers past 64 bits, circles: shown as Python writes them, so that no line is lost.
            return _encode(_writable(record))

    def __call__(self, _logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
        """The last structlog processor: an event becomes a line."""
        level = str(event.pop("level", method))
        duration = event.pop("duration_ms", None)
        message = str(event.pop("event", ""))
        data = {key: value for key, value in event.items() if not key.startswith("_")}
        return self.line(level=_LEVELS.get(level, level), message=message, data=data, duration_ms=duration).decode()


def configure_logs(settings: CoreSettings) -> LogShape:
    """Send every logger of this process to standard output in one shape; call it once, at start-up."""
    shape = LogShape(settings)
    render: Any = shape if settings.writes_json_logs else _console()
    before: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        _without_color_message,
        structlog.processors.StackInfoRenderer(),
    ]
    if settings.writes_json_logs:
        before.append(structlog.processors.format_exc_info)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render]
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return shape


def _without_color_message(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # uvicorn adds its message once more, with terminal codes.
    event.pop("color_message", None)
    return event


def _console() -> structlog.dev.ConsoleRenderer:
    # Plain tracebacks: the decorated ones show local variables, and so what people sent.
    return structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _encode(value: Any) -> bytes:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)


def _writable(value: Any, levels: int = 3) -> Any:
    if isinstance(value, dict) and levels:
        return {_writable(key, 0): _writable(item, levels - 1) for key, item in value.items()}
    try:
        _encode(value)
    except TypeError:
        return ascii(value)
    return value


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
