"""What Django and the service find of this folder (template-owned)."""

from app.apps import slices


class DocumentsConfig(slices.Slice):
    """Documents."""

    name = "app.apps.documents"
    follow = "handlers.write_entry"
    client = "trails.the_trail"
