"""What Django and the service find of this folder (template-owned)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from app.apps import slices


class SearchConfig(slices.Slice):
    """Search."""

    name = "app.apps.search"
    follow = "handlers.update_index"
    jobs: ClassVar[Mapping[str, str]] = {"forget": "handlers.forget"}
    schedule: ClassVar[Mapping[str, timedelta]] = {"forget": timedelta(hours=1)}
    client = "index.the_index"
