"""Publishing an event (template-owned)."""

from dataclasses import asdict

from sqlalchemy import insert
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.tables import OutboxEvent
from app.kit.events import Event
from app.kit.metrics import OPERATIONS


async def publish(session: AsyncSession, event: Event) -> None:
    """Write the event in the caller's transaction: it is delivered if, and only if, that commits."""
    await session.execute(insert(OutboxEvent).values(**asdict(event)))
    counter = OPERATIONS.labels(f"{event.resource}.{event.name.rpartition('.')[2]}")
    # What is undone was never an operation.
    listen(session.sync_session, "after_commit", lambda _: counter.inc(), once=True)
