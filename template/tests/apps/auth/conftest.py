"""What tests of accounts share (template-owned)."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from tests.apps.application import application, make_user
from tests.environment import settings_of

from app.apps.users.models import User


@pytest.fixture
def user(transactional_db: None) -> User:
    """The OrgAdmin of Acme."""
    return make_user()


@pytest.fixture
def client(user: User, settings: Any) -> Iterator[httpx2.Client]:
    """A client of the application, which believes one proxy."""
    settings.SERVICE = settings_of(TRUSTED_PROXY_HOPS="1", RATE_LIMIT_LOGIN_ADDRESS="30/15m")
    with application() as opened:
        yield opened
