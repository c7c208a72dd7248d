"""A migrated database for the tests of processes (template-owned)."""

from collections.abc import Iterator

import pytest
from tests.commands import scratch_database


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """The URL of a database with the demo users."""
    with scratch_database("worker", "migrate", "seed") as url:
        yield url
