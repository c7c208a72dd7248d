"""Publishing events and enqueueing jobs (template-owned)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction

from app.apps.outbox.models import OutboxEvent, WrittenJob
from app.domain.caller import Caller
from app.domain.events import Versioned, change_event
from app.kit.events import Event
from app.kit.jobs import Job
from app.kit.logs import current_traceparent
from app.kit.metrics import OPERATIONS


def publish(*events: Event) -> None:
    """Write events in the caller's transaction: they are delivered if, and only if, that commits."""
    trace = current_traceparent()
    OutboxEvent.objects.bulk_create([OutboxEvent(**asdict(event), traceparent=trace) for event in events])
    # What is undone was never an operation.
    transaction.on_commit(lambda: _count(events))


def publish_change(caller: Caller, name: str, about: Versioned, data: Mapping[str, Any] | None = None) -> None:
    """Publish what the caller did to a row: `name` is `<resource>.<what happened>`, such as `project.created`."""
    publish(change_event(caller, name, about, data or {}))


def enqueue(*jobs: Job, traceparent: str | None = None) -> None:
    """Write jobs in the caller's transaction: they are done if, and only if, that commits; one that is there stays.

    Their trace is that at hand, unless another is given.
    """
    trace = traceparent or current_traceparent()
    rows = [WrittenJob(**asdict(job), traceparent=trace) for job in jobs]
    WrittenJob.objects.bulk_create(rows, ignore_conflicts=True)


def _count(events: tuple[Event, ...]) -> None:
    for event in events:
        OPERATIONS.labels(f"{event.resource}.{event.name.rpartition('.')[2]}").inc()
