"""Removes what is old, by the retention settings (template-owned)."""

import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any, cast

import structlog
from sqlalchemy import CursorResult, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.postgres.database import savepoint
from app.api.runtime import Runtime
from app.kit.housekeeping import BATCH, LONGEST_SECONDS, RULES, SOFT_DELETED, Rule, rule_of_deleted
from app.kit.jobs import Job

_log = structlog.stdlib.get_logger(__name__)


async def clean(runtime: Runtime, session: AsyncSession, _: Job) -> None:
    """Remove rows in batches until none is old, or the time is up."""
    gives_up = time.monotonic() + LONGEST_SECONDS
    removed: Counter[str] = Counter()
    deleted = [rule_of_deleted(table) for table in await session.scalars(text(SOFT_DELETED))]
    # Twice: what hangs on a row may have to go first.
    for rule in (*RULES, *deleted, *deleted):
        cutoff = datetime.now(UTC) - getattr(runtime.settings.core, rule.setting)
        count = BATCH
        while count == BATCH and time.monotonic() < gives_up:
            count = await _remove(session, rule, cutoff)
            removed[rule.table] += count
    _log.info("old rows removed", **removed)


async def _remove(session: AsyncSession, rule: Rule, cutoff: datetime) -> int:
    try:
        async with savepoint(session):
            result = await session.execute(text(rule.statement(":cutoff")), {"cutoff": cutoff})
    except IntegrityError:
        _log.warning("old rows can't be removed, since others name them", table=rule.table)
        return 0
    return cast("CursorResult[Any]", result).rowcount
