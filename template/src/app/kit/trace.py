"""Trace ids of W3C Trace Context, without which no log line is written (template-owned)."""

import os
import re
from contextvars import ContextVar
from dataclasses import dataclass

from opentelemetry.trace import Tracer

# What makes spans in the request at hand; none where that is not recorded.
current_tracer: ContextVar[Tracer | None] = ContextVar("current_tracer", default=None)

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_SAMPLED = 1


@dataclass(frozen=True, slots=True)
class Trace:
    """Ids in lower-case hex: 32, 16 and 16 characters; no parent where the trace begins here.

    `sampled` says whether the trace is to be recorded, here and by those that are called from here.
    """

    trace_id: str
    span_id: str
    parent_span_id: str | None = None
    sampled: bool = False

    @property
    def traceparent(self) -> str:
        """The header that carries the trace on to a service that is called."""
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"


def new_trace(share: float = 0.0) -> Trace:
    """Begin a trace; `share` (0 to 1) of them are sampled."""
    random = os.urandom(24).hex()
    return Trace(random[:32], random[32:], None, bool(share) and _is_chosen(random, share))


def continue_trace(traceparent: str | None, share: float = 0.0) -> Trace:
    """A new span below the caller's `traceparent`, who has decided whether it is sampled.

    Where that is missing or broken: a trace of its own, of which `share` are sampled.
    """
    match = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    if match is None or match[1] == "ff" or (match[1] == "00" and match[5]) or not match[2].strip("0"):
        return new_trace(share)
    if not match[3].strip("0"):
        return new_trace(share)
    return Trace(match[2], os.urandom(8).hex(), match[3], bool(int(match[4], 16) & _SAMPLED))


def _is_chosen(trace_id: str, share: float) -> bool:
    # By the last 64 bits, as OpenTelemetry's TraceIdRatioBased does.
    return int(trace_id[16:32], 16) < round(share * 2**64)
