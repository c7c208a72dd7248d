"""What search does with events, and at times (template-owned)."""

from datetime import UTC, datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.runtime import Runtime
from app.api.search.index import index_of
from app.api.search.rows import document_now, searchable
from app.components.search import SearchSettings
from app.kit.events import Event
from app.kit.jobs import Job

_log = structlog.stdlib.get_logger(__name__)


async def update_index(runtime: Runtime, session: AsyncSession, event: Event) -> None:
    """Keep the row as it is now; an event that comes twice, or late, changes nothing."""
    await index_of(runtime).write(session, await document_now(session, searchable()[event.resource], event))


async def forget(runtime: Runtime, _session: AsyncSession, _job: Job) -> None:
    """Remove what is left of rows that were deleted long ago."""
    retention = runtime.settings.of(SearchSettings).search_deleted_retention
    removed = await index_of(runtime).forget(searchable(), datetime.now(UTC) - retention)
    _log.info("deleted documents removed", search_documents=removed)
