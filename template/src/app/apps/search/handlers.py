"""What search does with events, and at times (template-owned)."""

from datetime import UTC, datetime

import structlog

from app.apps.runtime import service_settings
from app.apps.search.index import the_index
from app.apps.search.rows import document_now, searchable
from app.components.search import SearchSettings
from app.kit.events import Event
from app.kit.jobs import Job

_log = structlog.stdlib.get_logger(__name__)


def update_index(event: Event) -> None:
    """Keep the row as it is now; an event that comes twice, or late, changes nothing."""
    the_index().write(document_now(searchable()[event.resource], event))


def forget(_: Job) -> None:
    """Remove what is left of rows that were deleted long ago."""
    retention = service_settings().of(SearchSettings).search_deleted_retention
    removed = the_index().forget(searchable(), datetime.now(UTC) - retention)
    _log.info("deleted documents removed", search_documents=removed)
