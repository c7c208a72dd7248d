"""What Django and the service find of this folder (template-owned)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from app.apps import slices


class HousekeepingConfig(slices.Slice):
    """Housekeeping: one job, every hour."""

    name = "app.apps.housekeeping"
    jobs: ClassVar[Mapping[str, str]] = {"clean": "cleaning.clean"}
    schedule: ClassVar[Mapping[str, timedelta]] = {"clean": timedelta(hours=1)}
