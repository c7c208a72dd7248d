"""One attempt at a job, in one transaction with the record that it is done (template-owned)."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import structlog
from sqlalchemy import select, text, update
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.tables import WrittenJob
from app.api.postgres.database import savepoint
from app.api.runtime import Runtime
from app.api.worker.functions import Functions
from app.kit.job_runs import JobRun
from app.kit.jobs import LONGEST, Job, Outcome, Queue, failure_of, outcome_of, settlement
from app.kit.problems import unavailable

_log = structlog.stdlib.get_logger(__name__)
_LOOK_NOW = text("SET CONSTRAINTS ALL IMMEDIATE")


async def attempt(runtime: Runtime, functions: Functions, job_id: UUID) -> Outcome | None:
    """Do the job with this id; None where it is done already, or somebody is at it.

    What its function writes by the session it is given is committed with the record that the job is done, or not at
    all. A failure is written down, and the job is tried again later; twelve of them, and it is given up. Where a server
    is away that counts as none.

    Raises:
        ProblemError: 503 where PostgreSQL does not answer: the job is as it was before.
    """
    run = None
    try:
        async with runtime.database.transaction() as session:
            free = select(WrittenJob).where(WrittenJob.id == job_id, WrittenJob.finished_at.is_(None))
            row = await session.scalar(free.with_for_update(skip_locked=True))
            if row is None:
                return None
            run = JobRun(_job(row), row.traceparent, runtime.tracer)
            error = await _error(runtime, functions, session, row)
            failure = failure_of(error) if error else None
            settled = settlement(row.attempts, failure, created_at=row.created_at, now=datetime.now(UTC))
            is_written = await _is_written(session, row, settled, error)
        if not is_written:
            await _write_anew(runtime, job_id, settled)
        run.end(outcome_of(settled), settled["error"])
        return outcome_of(settled)
    finally:
        if run:
            run.leave()


async def _error(runtime: Runtime, functions: Functions, session: AsyncSession, row: WrittenJob) -> Exception | None:
    """Why the function failed; what it wrote is then undone."""
    try:
        async with savepoint(session), asyncio.timeout(LONGEST.total_seconds()):
            await functions.named(row.name)(runtime, session, _job(row))
            # What PostgreSQL would look at in the commit only, where a failure can't be written down any more.
            await session.execute(_LOOK_NOW)
    except Exception as error:  # noqa: BLE001 - whatever it was, the job is tried again
        _log.exception("job failed", job=row.name, job_id=str(row.id))
        return error
    return None


async def _is_written(
    session: AsyncSession, row: WrittenJob, settled: Mapping[str, Any], error: Exception | None
) -> bool:
    """Commit what became of the job; False where its time was up within a statement, which costs the connection."""
    for name, value in settled.items():
        setattr(row, name, value)
    try:
        await session.commit()
    except PendingRollbackError as lost:
        if isinstance(error, TimeoutError):
            await session.rollback()
            return False
        # The server went away inside the function, whose failure can't be written down.
        raise unavailable("PostgreSQL") from lost
    return True


async def _write_anew(runtime: Runtime, job_id: UUID, settled: Mapping[str, Any]) -> None:
    # Not counted, it would be begun again and again. Somebody else may have been at it by now.
    as_it_was = (WrittenJob.finished_at.is_(None), WrittenJob.attempts == settled["attempts"] - 1)
    async with runtime.database.transaction() as session:
        await session.execute(update(WrittenJob).where(WrittenJob.id == job_id, *as_it_was).values(settled))


def _job(row: WrittenJob) -> Job:
    return Job(row.name, row.data, cast("Queue", row.queue), row.id, row.event_id)
