"""What is measured of an attempt at a job: its trace, its time, its outcome (template-owned; guide, "Prometheus")."""

import time

import structlog
from opentelemetry.trace import Tracer

from app.kit.jobs import Job, Outcome
from app.kit.logs import current_trace
from app.kit.metrics import QUEUE_JOBS, QUEUE_SECONDS
from app.kit.spans import JobSpan
from app.kit.trace import continue_trace

_log = structlog.stdlib.get_logger(__name__)


class JobRun:
    """One attempt, in the trace of whoever wrote the job: log lines and spans meanwhile are part of it."""

    def __init__(self, job: Job, traceparent: str | None, tracer: Tracer | None) -> None:
        self._job = job
        self._began = time.perf_counter()
        trace = continue_trace(traceparent)
        current_trace.set(trace)
        self._span = JobSpan(tracer, job, trace) if tracer and trace.sampled else None

    def end(self, outcome: Outcome, reason: str | None = None) -> None:
        """Count it and say so; `reason` is why it failed."""
        job, seconds = self._job, time.perf_counter() - self._began
        QUEUE_JOBS.labels(job.queue, outcome).inc()
        QUEUE_SECONDS.labels(job.queue).observe(seconds)
        say = {"done": _log.info, "failed": _log.warning, "given_up": _log.error}[outcome]
        about = {"job": job.name, "job_id": str(job.id), "reason": reason} if reason else {"job": job.name}
        say(f"job {outcome.replace('_', ' ')}", **about, duration_ms=round(seconds * 1000, 3))
        self.leave(is_failed=outcome != "done")

    def leave(self, *, is_failed: bool = True) -> None:
        """Close the span and the trace; alone where nobody knows how the attempt ended."""
        if self._span:
            self._span.end(is_failed=is_failed)
            self._span = None
        current_trace.set(None)
