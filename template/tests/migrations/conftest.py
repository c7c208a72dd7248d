"""An empty database for each test (template-owned)."""

import os
import secrets
from collections.abc import Iterator

import pytest

from app.dev.psql import empty_database as database


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The URL of a database without any table."""
    with database(os.environ["DATABASE_URL"], f"migrations_{secrets.token_hex(6)}") as url:
        yield url
