"""SMTP servers of the tests' own, and a message to send to them (template-owned)."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from tests.commands import free_port


class Inbox:
    """Keeps what an SMTP server receives."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.envelopes.append(envelope)
        return "250 OK"


StartSmtp = Callable[..., tuple[Inbox, int]]


@contextmanager
def smtp_servers() -> Iterator[StartSmtp]:
    """What starts one: `inbox, port = start_smtp()`; all are stopped at the end."""
    controllers: list[Controller] = []

    def start_smtp(inbox: Inbox | None = None, port: int | None = None, **options: Any) -> tuple[Inbox, int]:
        inbox, port = inbox or Inbox(), port or free_port()
        controllers.append(Controller(inbox, hostname="127.0.0.1", port=port, **options))
        controllers[-1].start()
        return inbox, port

    yield start_smtp
    for controller in controllers:
        controller.stop()
    controllers.clear()
    gc.collect()


def a_message() -> EmailMessage:
    """A message that any server takes."""
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = "a@example.com", "b@example.com", "<id-1.test@x.invalid>"
    message.set_content("Hello")
    return message
