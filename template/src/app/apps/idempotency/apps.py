"""What Django and the service find of this folder (template-owned)."""

from app.apps import slices


class IdempotencyConfig(slices.Slice):
    """Idempotency."""

    name = "app.apps.idempotency"
