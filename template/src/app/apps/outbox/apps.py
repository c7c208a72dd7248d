"""What Django and the service find of this folder (template-owned)."""

from app.apps import slices


class OutboxConfig(slices.Slice):
    """Outbox."""

    name = "app.apps.outbox"
