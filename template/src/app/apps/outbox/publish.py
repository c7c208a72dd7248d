"""Publishing events (template-owned)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction

from app.apps.outbox.models import OutboxEvent
from app.domain.caller import Caller
from app.domain.events import Versioned, change_event
from app.kit.events import Event
from app.kit.metrics import OPERATIONS


def publish(*events: Event) -> None:
    """Write events in the caller's transaction: they are delivered if, and only if, that commits."""
    OutboxEvent.objects.bulk_create([OutboxEvent(**asdict(event)) for event in events])
    # What is undone was never an operation.
    transaction.on_commit(lambda: _count(events))


def publish_change(caller: Caller, name: str, about: Versioned, data: Mapping[str, Any] | None = None) -> None:
    """Publish what the caller did to a row: `name` is `<resource>.<what happened>`, such as `project.created`."""
    publish(change_event(caller, name, about, data or {}))


def _count(events: tuple[Event, ...]) -> None:
    for event in events:
        OPERATIONS.labels(f"{event.resource}.{event.name.rpartition('.')[2]}").inc()
