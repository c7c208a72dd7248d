"""Publishing events and enqueueing jobs (template-owned)."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.dialects.postgresql import insert as insert_new
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.tables import OutboxEvent, WrittenJob
from app.api.postgres.database import after_commit
from app.domain.caller import Caller
from app.domain.events import Versioned, change_event
from app.kit.events import Event
from app.kit.jobs import Job
from app.kit.logs import current_traceparent
from app.kit.metrics import OPERATIONS

_INSERT = insert(cast("Table", OutboxEvent.__table__))
_INSERT_JOBS = insert_new(cast("Table", WrittenJob.__table__)).on_conflict_do_nothing()
_COLUMNS = tuple(field.name for field in fields(Event))


async def publish(session: AsyncSession, *events: Event) -> None:
    """Write events in the caller's transaction: they are delivered if, and only if, that commits."""
    if not events:
        return
    trace = current_traceparent()
    rows = [{name: getattr(event, name) for name in _COLUMNS} | {"traceparent": trace} for event in events]
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


async def enqueue(session: AsyncSession, *jobs: Job) -> None:
    """Write jobs in the caller's transaction: they are done if, and only if, that commits; one that is there stays."""
    trace = current_traceparent()
    await write_jobs(session, [asdict(job) | {"traceparent": trace} for job in jobs])


async def write_jobs(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Insert rows of jobs that are not there."""
    if rows:
        await session.execute(_INSERT_JOBS, rows)
