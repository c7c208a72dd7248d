"""What removes files that are nobody's any more (template-owned)."""

import time
from datetime import UTC, datetime
from typing import Any

import structlog
from django.db import connection

from app.apps.outbox.publish import enqueue, publish
from app.apps.runtime import service_settings
from app.apps.slices import find_slices
from app.apps.storage.models import Attachment
from app.apps.storage.stores import prefix_of, the_store
from app.components.storage import StorageSettings, component
from app.domain.storage import LONGEST_CLEANING, MOST_AT_ONCE, Cleaned, batches, cleaned_event, cleaning, is_left_over
from app.kit.jobs import Job
from app.kit.problems import ProblemError
from app.kit.storage.objects import NotRemovedError

_log = structlog.stdlib.get_logger(__name__)


def clean(_: Job) -> None:
    """Delete what became too old in its state, or has lost its row; remove the bytes of what is deleted.

    What is left, since there is much of it or the store was not well, is another job's.
    """
    has_more_rows = _delete_old()
    has_more_bytes = _remove_deleted()
    if has_more_rows or has_more_bytes:
        enqueue(Job("storage.clean"))


def sweep(job: Job) -> None:
    """Remove objects of this service that no row names, a page at a time: what follows is another job."""
    below = prefix_of(service_settings())
    page = the_store().page(job.data.get("after", ""), MOST_AT_ONCE, below=below)
    keys = [each.key for each in page]
    named, now = set(Attachment.objects.filter(key__in=keys).values_list("key", flat=True)), datetime.now(UTC)
    lost = [each.key for each in page if each.key not in named and is_left_over(each.modified, now)]
    removed = [key for keys in batches(lost) for key in the_store().remove(keys)]
    _log.info("objects without a row removed", count=len(removed))
    if lost and not removed:
        raise NotRemovedError
    if len(page) == MOST_AT_ONCE:
        enqueue(Job("storage.sweep", {"after": page[-1].key}))


def _delete_old() -> bool:
    """Publishes `attachment.deleted` for each; whether there may be more of it."""
    resources = [resource for one in find_slices() for resource in one.resources]
    values, has_more = _values(), False
    with connection.cursor() as cursor:
        for statement in cleaning(component.extended(resources), "%({})s".format):
            cursor.execute(statement, values)
            deleted = [Cleaned(*row) for row in cursor.fetchall()]
            publish(*(cleaned_event(row) for row in deleted))
            has_more |= len(deleted) == MOST_AT_ONCE
    return has_more


def _remove_deleted() -> bool:
    """Remove the bytes of what is deleted, noting each batch once it is gone; whether there may be more of it.

    Raises:
        ProblemError: the store is not well, and nothing was removed.
        NotRemovedError: it removes none of them.
    """
    gives_up = time.monotonic() + LONGEST_CLEANING.total_seconds()
    deleted = Attachment.objects.deleted().filter(key__isnull=False).order_by("deleted_at")
    keys = [str(each.key) for each in deleted.select_for_update(skip_locked=True)[:MOST_AT_ONCE]]
    removed, has_more = 0, len(keys) == MOST_AT_ONCE
    try:
        for batch in batches(keys):
            if removed and time.monotonic() >= gives_up:
                has_more = True
                break
            gone = the_store().remove(batch)
            Attachment.objects.filter(key__in=gone).update(key=None)
            removed += len(gone)
    except ProblemError:
        if not removed:
            raise
        has_more = True
    _log.info("files removed", count=removed)
    if keys and not removed:
        raise NotRemovedError
    return has_more


def _values() -> dict[str, Any]:
    settings, now = service_settings().of(StorageSettings), datetime.now(UTC)
    return {
        "pending": now - settings.storage_pending_retention,
        "refused": now - settings.storage_refused_retention,
        "most": MOST_AT_ONCE,
    }
