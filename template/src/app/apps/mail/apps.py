"""What Django and the service find of this folder (template-owned)."""

from collections.abc import Mapping
from typing import ClassVar

from app.apps import slices
from app.components.mail import TOLD


class MailConfig(slices.Slice):
    """Mail."""

    name = "app.apps.mail"
    handlers: ClassVar[Mapping[str, str]] = dict.fromkeys(TOLD, "handlers.tell")
    client = "mailers.the_mailer"
