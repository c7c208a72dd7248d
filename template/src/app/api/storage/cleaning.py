"""What removes files that are nobody's any more (template-owned)."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.publish import enqueue, publish
from app.api.runtime import Runtime
from app.api.slices import find_slices
from app.api.storage.stores import prefix_of, store_of
from app.api.storage.tables import Attachment
from app.components.storage import StorageSettings, component
from app.domain.storage import LONGEST_CLEANING, MOST_AT_ONCE, Cleaned, batches, cleaned_event, cleaning, is_left_over
from app.kit.jobs import Job
from app.kit.problems import ProblemError
from app.kit.storage.objects import NotRemovedError

_log = structlog.stdlib.get_logger(__name__)
_GONE = select(Attachment.key).where(Attachment.deleted_at.is_not(None), Attachment.key.is_not(None))


async def clean(runtime: Runtime, session: AsyncSession, _: Job) -> None:
    """Delete what became too old in its state, or has lost its row; remove the bytes of what is deleted.

    What is left, since there is much of it or the store was not well, is another job's.
    """
    has_more_rows = await _delete_old(runtime, session)
    has_more_bytes = await _remove_deleted(runtime, session)
    if has_more_rows or has_more_bytes:
        await enqueue(session, Job("storage.clean"))


async def sweep(runtime: Runtime, session: AsyncSession, job: Job) -> None:
    """Remove objects of this service that no row names, a page at a time: what follows is another job."""
    store = store_of(runtime)
    page = await store.page(job.data.get("after", ""), MOST_AT_ONCE, below=prefix_of(runtime))
    named = set(await session.scalars(select(Attachment.key).where(Attachment.key.in_(each.key for each in page))))
    now = datetime.now(UTC)
    lost = [each.key for each in page if each.key not in named and is_left_over(each.modified, now)]
    removed = [key for keys in batches(lost) for key in await store.remove(keys)]
    _log.info("objects without a row removed", count=len(removed))
    if lost and not removed:
        raise NotRemovedError
    if len(page) == MOST_AT_ONCE:
        await enqueue(session, Job("storage.sweep", {"after": page[-1].key}))


async def _delete_old(runtime: Runtime, session: AsyncSession) -> bool:
    """Publishes `attachment.deleted` for each; whether there may be more of it."""
    resources = [resource for one in find_slices() for resource in one.resources]
    values, has_more = _values(runtime), False
    for statement in cleaning(component.extended(resources), ":{}".format):
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        deleted = [Cleaned(*row) for row in await session.execute(text(statement), used)]
        await publish(session, *(cleaned_event(row) for row in deleted))
        has_more |= len(deleted) == MOST_AT_ONCE
    return has_more


async def _remove_deleted(runtime: Runtime, session: AsyncSession) -> bool:
    """Remove the bytes of what is deleted, noting each batch once it is gone; whether there may be more of it.

    Raises:
        ProblemError: the store is not well, and nothing was removed.
        NotRemovedError: it removes none of them.
    """
    gives_up = asyncio.get_running_loop().time() + LONGEST_CLEANING.total_seconds()
    locked = _GONE.order_by(Attachment.deleted_at).limit(MOST_AT_ONCE).with_for_update(skip_locked=True)
    keys = [str(key) for key in await session.scalars(locked)]
    removed, has_more = 0, len(keys) == MOST_AT_ONCE
    try:
        for batch in batches(keys):
            async with asyncio.timeout_at(gives_up if removed else None):
                gone = await store_of(runtime).remove(batch)
            await session.execute(update(Attachment).where(Attachment.key.in_(gone)).values(key=None))
            removed += len(gone)
    except (ProblemError, TimeoutError):
        if not removed:
            raise
        has_more = True
    _log.info("files removed", count=removed)
    if keys and not removed:
        raise NotRemovedError
    return has_more


def _values(runtime: Runtime) -> dict[str, Any]:
    settings, now = runtime.settings.of(StorageSettings), datetime.now(UTC)
    return {
        "pending": now - settings.storage_pending_retention,
        "refused": now - settings.storage_refused_retention,
        "most": MOST_AT_ONCE,
    }
