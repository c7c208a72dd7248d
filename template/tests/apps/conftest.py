"""The servers of the run, and the demo organizations and users in the tests' database (template-owned)."""

import importlib
import math
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connections
from tests.environment import environment, service_environment

from app.apps.deadline import end_by
from app.site import settings as of_the_site
from app.site.seed import seed


@pytest.fixture(scope="session", autouse=True)
def _servers_of_the_run() -> None:
    """Django reads its settings before the servers of this run are started, and before a worker takes its database."""
    with environment(service_environment()):
        fresh = importlib.reload(of_the_site)
    settings.SERVICE = fresh.SERVICE
    connections.settings["default"].update(fresh.DATABASES["default"])


@pytest.fixture
def seeded(db: None) -> None:
    """As the command `seed` leaves it."""
    seed("a long sentence of the tests")


@pytest.fixture
def request_ends() -> Iterator[Callable[[float], None]]:
    """Has the rest of the test be a request that must be answered in so many seconds; in 0: it is late."""
    yield lambda seconds: end_by(time.monotonic() + seconds)
    end_by(math.inf)
