"""The contract suite's doors to the service: a base URL, and clients that act as somebody (template-owned).

The suite knows HTTP alone, so that one suite holds every flavour to the same contract. CONTRACT_BASE_URL
names the service under test; without it the suite starts one of its own.
"""

import os
from collections.abc import Iterator

import pytest
from httpx2 import Client
from tests.contract.service import running_service

# So that a failure inside them shows the values, as in a test.
pytest.register_assert_rewrite("tests.contract.problems", "tests.contract.projects.steps")

SECONDS = 10


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the service under test answers, without a slash at the end."""
    given = os.environ.get("CONTRACT_BASE_URL")
    if given:
        yield given.rstrip("/")
        return
    with running_service(tmp_path_factory.mktemp("contract")) as own:
        yield own


@pytest.fixture(scope="session")
def anonymous(base_url: str) -> Iterator[Client]:
    """Somebody without a log-in."""
    with _acting_as(None, base_url) as client:
        yield client


@pytest.fixture(scope="session")
def client(base_url: str) -> Iterator[Client]:
    """The OrgAdmin of Acme."""
    with _acting_as("admin@acme.example", base_url) as client:
        yield client


def _acting_as(_email: str | None, base_url: str) -> Client:
    # The service takes every caller for the OrgAdmin of Acme until there is a log-in: it belongs here.
    return Client(base_url=base_url, timeout=SECONDS, trust_env=False)
