"""An SMTP server of the tests' own, and a message to send to it (template-owned)."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any


class Inbox:
    """Keeps what an SMTP server receives."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.envelopes.append(envelope)
        return "250 OK"


StartSmtp = Callable[..., tuple[Inbox, int]]


def a_message() -> EmailMessage:
    """A message that any server takes."""
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = "a@example.com", "b@example.com", "<id-1.test@x.invalid>"
    message.set_content("Hello")
    return message
