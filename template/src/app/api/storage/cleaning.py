"""What removes files that are nobody's any more (template-owned)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.publish import enqueue
from app.api.runtime import Runtime
from app.api.slices import find_slices
from app.api.storage.stores import prefix_of, store_of
from app.api.storage.tables import Attachment
from app.components.storage import StorageSettings, component
from app.domain.storage import MOST_AT_ONCE, cleaning, is_left_over
from app.kit.jobs import Job

_log = structlog.stdlib.get_logger(__name__)
_GONE = select(Attachment.id, Attachment.key).where(Attachment.deleted_at.is_not(None), Attachment.key.is_not(None))


async def clean(runtime: Runtime, session: AsyncSession, _: Job) -> None:
    """Delete what became too old in its state, or has lost its row; remove the bytes of what is deleted."""
    resources = [resource for one in find_slices() for resource in one.resources]
    before = _cutoffs(runtime)
    for statement in cleaning(component.extended(resources), ":{}".format):
        await session.execute(text(statement), {k: v for k, v in before.items() if f":{k}" in statement})
    locked = _GONE.order_by(Attachment.deleted_at).limit(MOST_AT_ONCE).with_for_update(skip_locked=True)
    gone = {row.id: row.key for row in await session.execute(locked)}
    await store_of(runtime).remove(gone.values())
    await session.execute(update(Attachment).where(Attachment.id.in_(gone)).values(key=None))
    _log.info("files removed", count=len(gone))
    if len(gone) == MOST_AT_ONCE:
        await enqueue(session, Job("storage.clean"))


async def sweep(runtime: Runtime, session: AsyncSession, job: Job) -> None:
    """Remove objects of this service that no row names, a page at a time: what follows is another job."""
    store = store_of(runtime)
    page = await store.page(job.data.get("after", ""), MOST_AT_ONCE, below=prefix_of(runtime))
    named = set(await session.scalars(select(Attachment.key).where(Attachment.key.in_(each.key for each in page))))
    now = datetime.now(UTC)
    lost = [each.key for each in page if each.key not in named and is_left_over(each.modified, now)]
    await store.remove(lost)
    _log.info("objects without a row removed", count=len(lost))
    if len(page) == MOST_AT_ONCE:
        await enqueue(session, Job("storage.sweep", {"after": page[-1].key}))


def _cutoffs(runtime: Runtime) -> Mapping[str, Any]:
    settings, now = runtime.settings.of(StorageSettings), datetime.now(UTC)
    return {"pending": now - settings.storage_pending_retention, "refused": now - settings.storage_refused_retention}
