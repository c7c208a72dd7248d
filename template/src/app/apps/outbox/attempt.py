"""One attempt at a job, in one transaction with the record that it is done (template-owned)."""

from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import structlog
from django.db import connection, transaction

from app.apps.outbox.functions import Functions
from app.apps.outbox.models import WrittenJob
from app.apps.runtime import process
from app.kit.job_runs import JobRun
from app.kit.jobs import Failure, Job, Outcome, Queue, failure_of, outcome_of, settlement

_log = structlog.stdlib.get_logger(__name__)


def attempt(functions: Functions, job_id: UUID) -> Outcome | None:
    """Do the job with this id; None where it is done already, or somebody is at it.

    What its function writes is committed with the record that the job is done, or not at all. It has no time limit but
    those of the clients that it uses. A failure is written down, and the job is tried again later; twelve of them, and
    it is given up. Where a server is away that counts as none.

    Raises:
        DatabaseError, InterfaceError: PostgreSQL does not answer: the job is as it was before.
    """
    run = None
    try:
        with transaction.atomic():
            free = WrittenJob.objects.filter(id=job_id, finished_at__isnull=True)
            row = free.select_for_update(skip_locked=True).first()
            if row is None:
                return None
            run = JobRun(_job(row), row.traceparent, process.tracer)
            failure = _failure(functions, row)
            settled = settlement(row.attempts, failure, created_at=row.created_at, now=datetime.now(UTC))
            WrittenJob.objects.filter(id=row.id).update(**settled)
        run.end(outcome_of(settled), settled["error"])
        return outcome_of(settled)
    finally:
        if run:
            run.leave()


def _failure(functions: Functions, row: WrittenJob) -> Failure | None:
    """Why the function failed; what it wrote is then undone."""
    try:
        with transaction.atomic():
            functions.named(row.name)(_job(row))
            # What PostgreSQL would look at in the commit only, where a failure can't be written down any more.
            connection.check_constraints()
    except Exception as error:  # noqa: BLE001 - whatever it was, the job is tried again
        _log.exception("job failed", job=row.name, job_id=str(row.id))
        return failure_of(error)
    return None


def _job(row: WrittenJob) -> Job:
    return Job(row.name, row.data, cast("Queue", row.queue), row.id, row.event_id)
