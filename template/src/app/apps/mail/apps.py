"""What Django and the service find of this folder (template-owned)."""

from collections.abc import Mapping
from typing import ClassVar

from app.apps import slices


class MailConfig(slices.Slice):
    """Mail."""

    name = "app.apps.mail"
    handlers: ClassVar[Mapping[str, str]] = {"project.created": "handlers.tell_maker_of_project"}
    client = "mailers.the_mailer"
