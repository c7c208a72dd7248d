"""Publishing an event (template-owned)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.tables import OutboxEvent
from app.api.postgres.tables import StandardColumns
from app.domain.caller import Caller
from app.kit.events import Event
from app.kit.metrics import OPERATIONS


async def publish(session: AsyncSession, event: Event) -> None:
    """Write the event in the caller's transaction: it is delivered if, and only if, that commits."""
    await session.execute(insert(OutboxEvent).values(**asdict(event)))
    counter = OPERATIONS.labels(f"{event.resource}.{event.name.rpartition('.')[2]}")
    # What is undone was never an operation.
    listen(session.sync_session, "after_commit", lambda _: counter.inc(), once=True)


async def publish_change(
    session: AsyncSession, caller: Caller, name: str, about: StandardColumns, data: Mapping[str, Any] | None = None
) -> None:
    """Publish what the caller did to a row: `name` is `<resource>.<what happened>`, such as `project.created`."""
    event = Event(
        name=name,
        organization_id=caller.organization_id,
        actor_id=caller.user_id,
        resource=name.partition(".")[0],
        resource_id=about.id,
        version=about.version,
        data=data or {},
    )
    await publish(session, event)
