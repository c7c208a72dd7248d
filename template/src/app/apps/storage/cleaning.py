"""What removes files that are nobody's any more (template-owned)."""

from datetime import UTC, datetime

import structlog
from django.db import connection

from app.apps.outbox.publish import enqueue
from app.apps.runtime import service_settings
from app.apps.slices import find_slices
from app.apps.storage.models import Attachment
from app.apps.storage.stores import prefix_of, the_store
from app.components.storage import StorageSettings, component
from app.domain.storage import MOST_AT_ONCE, cleaning, is_left_over
from app.kit.jobs import Job

_log = structlog.stdlib.get_logger(__name__)


def clean(_: Job) -> None:
    """Delete what became too old in its state, or has lost its row; remove the bytes of what is deleted."""
    resources = [resource for one in find_slices() for resource in one.resources]
    before = _cutoffs()
    with connection.cursor() as cursor:
        for statement in cleaning(component.extended(resources), "%({})s".format):
            cursor.execute(statement, before)
    deleted = Attachment.objects.deleted().filter(key__isnull=False).order_by("deleted_at")
    gone = list(deleted.select_for_update(skip_locked=True)[:MOST_AT_ONCE])
    the_store().remove(str(each.key) for each in gone)
    Attachment.objects.filter(id__in=[each.id for each in gone]).update(key=None)
    _log.info("files removed", count=len(gone))
    if len(gone) == MOST_AT_ONCE:
        enqueue(Job("storage.clean"))


def sweep(job: Job) -> None:
    """Remove objects of this service that no row names, a page at a time: what follows is another job."""
    below = prefix_of(service_settings())
    page = the_store().page(job.data.get("after", ""), MOST_AT_ONCE, below=below)
    keys = [each.key for each in page]
    named, now = set(Attachment.objects.filter(key__in=keys).values_list("key", flat=True)), datetime.now(UTC)
    lost = [each.key for each in page if each.key not in named and is_left_over(each.modified, now)]
    the_store().remove(lost)
    _log.info("objects without a row removed", count=len(lost))
    if len(page) == MOST_AT_ONCE:
        enqueue(Job("storage.sweep", {"after": page[-1].key}))


def _cutoffs() -> dict[str, datetime]:
    settings, now = service_settings().of(StorageSettings), datetime.now(UTC)
    return {"pending": now - settings.storage_pending_retention, "refused": now - settings.storage_refused_retention}
