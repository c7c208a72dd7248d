"""Publishing events (template-owned)."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.tables import OutboxEvent
from app.api.postgres.database import after_commit
from app.domain.caller import Caller
from app.domain.events import Versioned, change_event
from app.kit.events import Event
from app.kit.metrics import OPERATIONS

_INSERT = insert(cast("Table", OutboxEvent.__table__))
_COLUMNS = tuple(field.name for field in fields(Event))


async def publish(session: AsyncSession, *events: Event) -> None:
    """Write events in the caller's transaction: they are delivered if, and only if, that commits."""
    if not events:
        return
    rows = [{name: getattr(event, name) for name in _COLUMNS} for event in events]
    await session.execute(_INSERT, rows)

    async def count() -> None:
        for event in events:
            OPERATIONS.labels(f"{event.resource}.{event.name.rpartition('.')[2]}").inc()

    # What is undone was never an operation.
    after_commit(session, count)


async def publish_change(
    session: AsyncSession, caller: Caller, name: str, about: Versioned, data: Mapping[str, Any] | None = None
) -> None:
    """Publish what the caller did to a row: `name` is `<resource>.<what happened>`, such as `project.created`."""
    await publish(session, change_event(caller, name, about, data or {}))
