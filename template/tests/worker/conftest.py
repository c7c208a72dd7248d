"""A migrated database for the tests of processes (template-owned)."""

import os
import secrets
from collections.abc import Iterator

import pytest
from tests.commands import run

from app.dev.psql import empty_database


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """The URL of a database with the demo users."""
    with empty_database(os.environ["DATABASE_URL"], f"worker_{secrets.token_hex(6)}") as url:
        for command in ("migrate", "seed"):
            assert run(command, DATABASE_URL=url).returncode == 0
        yield url
