"""What Django's own frameworks meet where no component serves them: a word on how to turn it on (template-owned).

Django's defaults would send to port 25 of this machine, and write into the folder that the process was started in.
"""

from collections.abc import Sequence
from typing import Any, NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import Storage
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class NoMail(BaseEmailBackend):
    """Sends nothing, and says so."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raise, or send none with `fail_silently`."""
        if not self.fail_silently:
            _refuse("mail", "EMAIL_BACKEND")
        return 0


class NoFiles(Storage):
    """Keeps nothing, and says so."""

    def delete(self, name: str) -> None:
        _refuse("storage", "STORAGES")

    def exists(self, name: str) -> bool:
        _refuse("storage", "STORAGES")

    def size(self, name: str) -> int:
        _refuse("storage", "STORAGES")

    def url(self, name: str | None) -> str:
        _refuse("storage", "STORAGES")

    def _open(self, name: str, mode: str = "rb") -> Any:
        _refuse("storage", "STORAGES")

    def _save(self, name: str, content: Any) -> str:
        _refuse("storage", "STORAGES")


def _refuse(component: str, setting: str) -> NoReturn:
    raise ImproperlyConfigured(
        f"{component} is off in this service: `just standards update --to :current: -d {component}=true` turns it on. "
        f"Or have `django_settings` of an app of yours give {setting} (docs/django/mail-and-files.md)."
    )
