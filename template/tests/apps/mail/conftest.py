"""SMTP servers for tests of mail (template-owned)."""

from collections.abc import Iterator

import pytest
from tests.mail.inbox import StartSmtp, smtp_servers


@pytest.fixture
def start_smtp() -> Iterator[StartSmtp]:
    """Start an SMTP server: `inbox, port = start_smtp()`."""
    with smtp_servers() as start_smtp:
        yield start_smtp
