"""SMTP servers for tests of mail (template-owned)."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from tests.api.mail.inbox import Inbox, StartSmtp
from tests.commands import free_port


@pytest.fixture
def start_smtp() -> Iterator[StartSmtp]:
    """Start an SMTP server: `inbox, port = start_smtp()`."""
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
