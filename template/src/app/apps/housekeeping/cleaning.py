"""Removes what is old, by the retention settings (template-owned)."""

import time
from collections import Counter
from datetime import UTC, datetime

import structlog
from django.db import IntegrityError, connection, transaction

from app.apps.runtime import core_settings
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


def clean(_: Job) -> None:
    """Remove rows in batches until none is old, or the time is up."""
    gives_up = time.monotonic() + LONGEST_SECONDS
    removed: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(AT_ONCE)
        cursor.execute(SOFT_DELETED)
        deleted = [rule_of_deleted(table) for (table,) in cursor.fetchall()]
    # Twice: what hangs on a row may have to go first.
    for rule in (*RULES, *deleted, *deleted):
        cutoff = datetime.now(UTC) - getattr(core_settings(), rule.setting)
        removed[rule.table] += _remove_old(rule, cutoff, gives_up)
    _log.info("old rows removed", **removed)


def _remove_old(rule: Rule, cutoff: datetime, gives_up: float) -> int:
    """How many rows were removed; those that others name stay, and keep no other from going."""
    removed, kept = 0, list[str]()
    while time.monotonic() < gives_up:
        with connection.cursor() as cursor:
            cursor.execute(rule.selection("%s", "%s"), [cutoff, kept])
            found = [place for (place,) in cursor.fetchall()]
        named = _remove(rule, found)
        removed += len(found) - len(named)
        kept += named
        if len(found) < BATCH:
            break
    if kept:
        _log.warning("old rows can't be removed, since others name them", table=rule.table)
    return removed


def _remove(rule: Rule, places: list[str]) -> list[str]:
    """Remove the rows at these places, but for those that others name: the places of these."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(rule.removal("%s"), [places])
        except IntegrityError:
            cursor.execute(GIVEN.format("%s"), [places])
            cursor.execute(rule.removal_by_row)
            cursor.execute(LEFT)
            return list(cursor.fetchone()[0])
    return []
