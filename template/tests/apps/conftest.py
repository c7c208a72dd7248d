"""The demo organizations and users in the tests' database (template-owned)."""

import pytest

from app.site.seed import seed


@pytest.fixture
def seeded(db: None) -> None:
    """As the command `seed` leaves it."""
    seed("a long sentence of the tests")
