"""What the audit trail does with events (template-owned)."""

from app.apps.documents.trails import the_trail
from app.domain.documents import ERASED, entry_of
from app.kit.events import Event


def write_entry(event: Event) -> None:
    """Keep what was done; an event that comes twice, or late, changes nothing."""
    the_trail().write(entry_of(event))
    if event.name in ERASED:
        the_trail().erase(event)
