"""What the slice of the tests does: nothing (template-owned)."""

from uuid import UUID

from app.domain.caller import Caller
from app.kit.events import Event
from app.kit.jobs import Job


def handle(_: Event) -> None:
    """Handle an event."""


def sweep(_: Job) -> None:
    """Do a job."""


def follow(_caller: Caller, _parent_id: UUID, _deletion_id: UUID) -> None:
    """Go and come back with a parent."""
