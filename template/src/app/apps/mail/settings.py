"""What Django's own mail is told of the service's (template-owned)."""

from email.headerregistry import Address
from typing import Any

from app.components import Settings
from app.components.mail import MailSettings
from app.kit.service import this_service


def django_settings(settings: Settings) -> dict[str, Any]:
    """Who sends, and how."""
    sender = str(Address(this_service().name, addr_spec=settings.of(MailSettings).smtp_from))
    return {
        "EMAIL_BACKEND": "app.apps.mail.backend.ServiceBackend",
        "DEFAULT_FROM_EMAIL": sender,
        "SERVER_EMAIL": sender,
    }
