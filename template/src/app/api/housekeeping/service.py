"""Removes what is old, by the retention settings (template-owned)."""

import time
from collections import Counter
from datetime import UTC, datetime

import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.postgres.database import savepoint
from app.api.runtime import Runtime
from app.kit.housekeeping import (
    AT_ONCE,
    BATCH,
    GIVEN,
    LEFT,
    LONGEST_SECONDS,
    RULES,
    SOFT_DELETED,
    Rule,
    rule_of_deleted,
)
from app.kit.jobs import Job

_log = structlog.stdlib.get_logger(__name__)


async def clean(runtime: Runtime, session: AsyncSession, _: Job) -> None:
    """Remove rows in batches until none is old, or the time is up."""
    gives_up = time.monotonic() + LONGEST_SECONDS
    removed: Counter[str] = Counter()
    await session.execute(text(AT_ONCE))
    deleted = [rule_of_deleted(table) for table in await session.scalars(text(SOFT_DELETED))]
    # Twice: what hangs on a row may have to go first.
    for rule in (*RULES, *deleted, *deleted):
        cutoff = datetime.now(UTC) - getattr(runtime.settings.core, rule.setting)
        removed[rule.table] += await _remove_old(session, rule, cutoff, gives_up)
    _log.info("old rows removed", **removed)


async def _remove_old(session: AsyncSession, rule: Rule, cutoff: datetime, gives_up: float) -> int:
    """How many rows were removed; those that others name stay, and keep no other from going."""
    removed, kept = 0, list[str]()
    while time.monotonic() < gives_up:
        selection = text(rule.selection(":cutoff", ":kept"))
        found = list(await session.scalars(selection, {"cutoff": cutoff, "kept": kept}))
        named = await _remove(session, rule, found)
        removed += len(found) - len(named)
        kept += named
        if len(found) < BATCH:
            break
    if kept:
        _log.warning("old rows can't be removed, since others name them", table=rule.table)
    return removed


async def _remove(session: AsyncSession, rule: Rule, places: list[str]) -> list[str]:
    """Remove the rows at these places, but for those that others name: the places of these."""
    try:
        async with savepoint(session):
            await session.execute(text(rule.removal(":places")), {"places": places})
    except IntegrityError:
        await session.execute(text(GIVEN.format(":places")), {"places": places})
        await session.execute(text(rule.removal_by_row))
        return list(await session.scalar(text(LEFT)))
    return []
