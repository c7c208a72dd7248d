"""What Django and the service find of this folder (template-owned)."""

from collections.abc import Mapping
from typing import ClassVar

from app.apps import slices
from app.components.storage import COMPLETED


class AntivirusConfig(slices.Slice):
    """Antivirus."""

    name = "app.apps.antivirus"
    handlers: ClassVar[Mapping[str, str]] = {COMPLETED: "handlers.scan"}
    client = "scanners.the_scanner"
