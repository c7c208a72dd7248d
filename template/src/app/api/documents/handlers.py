"""What the audit trail does with events (template-owned)."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.api.documents.trails import trail_of
from app.api.runtime import Runtime
from app.domain.documents import ERASED, entry_of
from app.kit.events import Event


async def write_entry(runtime: Runtime, _session: AsyncSession, event: Event) -> None:
    """Keep what was done; an event that comes twice, or late, changes nothing."""
    trail = trail_of(runtime)
    await trail.write(entry_of(event))
    if event.name in ERASED:
        await trail.erase(event)
