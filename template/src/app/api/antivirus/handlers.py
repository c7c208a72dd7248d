"""What antivirus does with events (template-owned)."""

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.antivirus.scanners import scanner_of
from app.api.runtime import Runtime
from app.api.storage.service import hold_unscanned, note_scan, unscanned_key
from app.api.storage.stores import store_of
from app.kit.events import Event

_log = structlog.stdlib.get_logger(__name__)


async def scan(runtime: Runtime, session: AsyncSession, event: Event) -> None:
    """Scan a file that was completed; until that is done nobody gets it, and what fails is tried again.

    Its row is held only to write down what was found: whoever deletes the file need not wait for the scanner.
    """
    key = await unscanned_key(session, event.resource_id)
    if key is None:
        return
    found = await scanner_of(runtime).scan(store_of(runtime).read(key))
    held = await hold_unscanned(session, event.resource_id, key)
    if held is None:
        return
    if found:
        _log.warning("a file is quarantined", attachment_id=str(held.id), found=found)
    await note_scan(session, held, found)
