"""Publishing events and enqueueing jobs (template-owned)."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from django.db import connection, transaction

from app.apps.outbox.models import WrittenJob
from app.domain.caller import Caller
from app.domain.events import Versioned, change_event
from app.kit.events import Event
from app.kit.jobs import Job
from app.kit.logs import current_traceparent
from app.kit.metrics import OPERATIONS
from app.kit.strict_json import write_json

_COLUMNS = tuple(field.name for field in fields(Event) if field.name != "data")
# By hand, since it follows every write: to have it built each time took a seventh of the time of a `POST`.
_INSERT = f"INSERT INTO outbox ({', '.join(_COLUMNS)}, data, traceparent) VALUES "  # noqa: S608 - constants
_ROW = f"({', '.join(['%s'] * (len(_COLUMNS) + 2))})"


def publish(*events: Event) -> None:
    """Write events in the caller's transaction: they are delivered if, and only if, that commits."""
    if not events:
        return
    trace = current_traceparent()
    values = [value for event in events for value in (*_values(event), trace)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT + ", ".join([_ROW] * len(events)), values)
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


def _values(event: Event) -> tuple[Any, ...]:
    return (*(getattr(event, name) for name in _COLUMNS), write_json(event.data).decode())


def _count(events: tuple[Event, ...]) -> None:
    for event in events:
        OPERATIONS.labels(f"{event.resource}.{event.name.rpartition('.')[2]}").inc()
