"""Trace ids of W3C Trace Context, without which no log line is written (template-owned)."""

import os
import re
from dataclasses import dataclass

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


@dataclass(frozen=True, slots=True)
class Trace:
    """Ids in lower-case hex: 32, 16 and 16 characters; no parent where the trace begins here."""

    trace_id: str
    span_id: str
    parent_span_id: str | None = None


def new_trace() -> Trace:
    """Begin a trace."""
    random = os.urandom(24).hex()
    return Trace(random[:32], random[32:])


def continue_trace(traceparent: str | None) -> Trace:
    """A new span below the caller's `traceparent`; a trace of its own where that is missing or broken."""
    match = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    if match is None or match[1] == "ff" or (match[1] == "00" and match[5]) or not match[2].strip("0"):
        return new_trace()
    if not match[3].strip("0"):
        return new_trace()
    return Trace(match[2], os.urandom(8).hex(), match[3])
