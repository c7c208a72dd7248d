"""What antivirus does with events (template-owned)."""

import structlog

from app.apps.antivirus.scanners import the_scanner
from app.apps.storage.services import hold_unscanned, note_scan, unscanned_key
from app.apps.storage.stores import the_store
from app.kit.events import Event

_log = structlog.stdlib.get_logger(__name__)


def scan(event: Event) -> None:
    """Scan a file that was completed; until that is done nobody gets it, and what fails is tried again.

    Its row is held only to write down what was found: whoever deletes the file need not wait for the scanner.
    """
    key = unscanned_key(event.resource_id)
    if key is None:
        return
    found = the_scanner().scan(the_store().pieces(key))
    held = hold_unscanned(event.resource_id, key)
    if held is None:
        return
    if found:
        _log.warning("a file is quarantined", attachment_id=str(held.id), found=found)
    note_scan(held, found)
