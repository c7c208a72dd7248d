"""What Django and the service find of this folder (template-owned)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from app.apps import slices
from app.domain.storage import attachment


class StorageConfig(slices.Slice):
    """Storage."""

    name = "app.apps.storage"
    resources = (attachment,)
    jobs: ClassVar[Mapping[str, str]] = {"clean": "cleaning.clean", "sweep": "cleaning.sweep"}
    schedule: ClassVar[Mapping[str, timedelta]] = {"clean": timedelta(hours=1), "sweep": timedelta(days=1)}
    client = "stores.the_store"
