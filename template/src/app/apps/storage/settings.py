"""What Django's own storages are told of the service's (template-owned)."""

from typing import Any

from app.components import Settings


def django_settings(_: Settings) -> dict[str, Any]:
    """Where the files of `default_storage` and of each `FileField` are."""
    return {"STORAGES": {"default": {"BACKEND": "app.apps.storage.files.Files"}}}
