"""The relay: carries events from the outbox to their handlers, at least once (template-owned).

Before its first attempt it also tells the listeners on Redis, who may miss it.
It runs inside the API process; any number may run, since each takes rows that no other holds.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, cast

import structlog
from sqlalchemy import Select, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from app.api.outbox.tables import OutboxEvent
from app.api.redis.pubsub import announce
from app.api.runtime import Runtime
from app.api.slices import Handler, Slice
from app.kit.deliveries import DOWN_SECONDS, IDLE_SECONDS, MOST_AT_ONCE, reason_of, settlement
from app.kit.events import Event

_log = structlog.stdlib.get_logger(__name__)
_HANDLER_SECONDS = 30


class Relay:
    """Delivers events one by one, oldest first; those that nobody handles are told and finished many at once."""

    def __init__(self, runtime: Runtime, slices: Iterable[Slice]) -> None:
        self._runtime = runtime
        self._handlers: dict[str, dict[str, Handler]] = {}
        for one in slices:
            for event, handler in one.handlers.items():
                self._handlers.setdefault(event, {})[one.name] = handler
        self._finish_unhandled = _finish_all_but(tuple(self._handlers))

    async def run(self) -> None:
        """Deliver for ever; a database that is down is waited for."""
        while True:
            try:
                finished, delivered = await self.finish_unhandled(), await self.deliver_next()
                if not (finished or delivered):
                    await asyncio.sleep(IDLE_SECONDS)
            except Exception as error:  # noqa: BLE001 - the loop must outlive whatever happens
                _log.warning("the outbox can't be read", error=type(error).__name__)
                await asyncio.sleep(DOWN_SECONDS)

    async def finish_unhandled(self) -> int:
        """Finish events that are due and have no handler, a hundred at most; how many that were."""
        async with self._runtime.database.transaction() as session:
            rows = (await session.execute(self._finish_unhandled)).mappings().all()
        events = [Event(**row) for row in rows]
        await announce(self._runtime.store, *sorted(events, key=lambda event: event.at))
        return len(events)

    async def deliver_next(self) -> bool:
        """Deliver the oldest event that is due; false where there is none."""
        async with self._runtime.database.transaction() as session:
            row = await session.scalar(_next_due())
            if row is not None:
                await self._deliver(session, row)
        return row is not None

    async def _deliver(self, session: AsyncSession, row: OutboxEvent) -> None:
        event = _event(row)
        failures: list[str] = []
        if row.attempts == 0:
            await announce(self._runtime.store, event)
        for name, handler in self._handlers.get(row.name, {}).items():
            if name in row.handled_by:
                continue
            try:
                async with asyncio.timeout(_HANDLER_SECONDS):
                    await handler(self._runtime, event)
            except Exception as error:  # noqa: BLE001 - one handler's failure must not keep the others from the event
                _log.exception("handler failed", handler=name, event_name=row.name, event_id=str(row.id))
                failures.append(f"{name}: {reason_of(error)}")
            else:
                row.handled_by = [*row.handled_by, name]
        _settle(row, failures)


def _next_due() -> Select[tuple[OutboxEvent]]:
    return (
        select(OutboxEvent)
        .where(OutboxEvent.finished_at.is_(None), OutboxEvent.next_attempt_at <= datetime.now(UTC))
        .order_by(OutboxEvent.next_attempt_at, OutboxEvent.at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _finish_all_but(handled: tuple[str, ...]) -> ReturningUpdate[Any]:
    table = cast("Table", OutboxEvent.__table__)
    c = table.c
    due = (
        select(c.id)
        .where(c.finished_at.is_(None), c.next_attempt_at <= func.now(), c.name.not_in(handled))
        .order_by(c.next_attempt_at, c.at)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    finished = update(table).where(c.id.in_(due)).values(finished_at=func.now())
    return finished.returning(*(c[field.name] for field in fields(Event)))


def _event(row: OutboxEvent) -> Event:
    return Event(
        id=row.id,
        name=row.name,
        organization_id=row.organization_id,
        actor_id=row.actor_id,
        resource=row.resource,
        resource_id=row.resource_id,
        version=row.version,
        at=row.at,
        data=row.data,
    )


def _settle(row: OutboxEvent, failures: list[str]) -> None:
    for name, value in settlement(row.attempts, failures, datetime.now(UTC)).items():
        setattr(row, name, value)
    if failures and row.finished_at:
        _log.error("event given up", event_name=row.name, event_id=str(row.id), error=row.error)
