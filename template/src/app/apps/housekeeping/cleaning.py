"""Removes what is old, by the retention settings (template-owned)."""

import time
from collections import Counter
from datetime import UTC, datetime

import structlog
from django.db import IntegrityError, connection, transaction

from app.apps.runtime import core_settings
from app.kit.housekeeping import BATCH, LONGEST_SECONDS, RULES, SOFT_DELETED, Rule, rule_of_deleted
from app.kit.jobs import Job

_log = structlog.stdlib.get_logger(__name__)


def clean(_: Job) -> None:
    """Remove rows in batches until none is old, or the time is up."""
    gives_up = time.monotonic() + LONGEST_SECONDS
    removed: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(SOFT_DELETED)
        deleted = [rule_of_deleted(table) for (table,) in cursor.fetchall()]
    # Twice: what hangs on a row may have to go first.
    for rule in (*RULES, *deleted, *deleted):
        cutoff = datetime.now(UTC) - getattr(core_settings(), rule.setting)
        count = BATCH
        while count == BATCH and time.monotonic() < gives_up:
            count = _remove(rule, cutoff)
            removed[rule.table] += count
    _log.info("old rows removed", **removed)


def _remove(rule: Rule, cutoff: datetime) -> int:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(rule.statement("%s"), [cutoff])
            return int(cursor.rowcount)
    except IntegrityError:
        _log.warning("old rows can't be removed, since others name them", table=rule.table)
        return 0
