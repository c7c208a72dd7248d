"""The contract suite's doors to the service: a base URL, and clients that act as somebody (template-owned).

The suite knows HTTP and the log-ins that `seed` makes, nothing else, so that one suite holds every framework to the
same contract. CONTRACT_BASE_URL names the service under test; without it the suite starts one of its own. A given
service must have its rate limits raised, and the suite must run in one process: it changes roles of seeded users.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Client
from tests.contract.operations import Cast
from tests.contract.people import People, Person, SeededPeople
from tests.contract.service import running_service

# So that a failure inside them shows the values, as in a test.
pytest.register_assert_rewrite("tests.contract.problems", "tests.contract.nouns")


@pytest.fixture(autouse=True)
def untraced(cov: Any) -> Iterator[None]:
    """The suite counts for no coverage: it has 3,000 tests, measuring takes as long as they do, and own tests do.

    pytest-cov's own `no_cover` fails where `--no-cov` is given too: it looks for a controller there is none of.
    """
    if cov:
        cov.stop()
    yield
    if cov:
        cov.start()


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
def acting_as(base_url: str) -> Iterator[SeededPeople]:
    """The seeded people, as in `acting_as("guest@acme.example")`."""
    people = People(base_url)
    yield SeededPeople(people)
    people.close()


@pytest.fixture(scope="session")
def anonymous(base_url: str) -> Iterator[Client]:
    """Somebody without a log-in."""
    people = People(base_url)
    yield people.anonymous()
    people.close()


@pytest.fixture
def client(acting_as: SeededPeople) -> Client:
    """The OrgAdmin of Acme."""
    return acting_as("admin@acme.example").client


@pytest.fixture(scope="module")
def cast(acting_as: SeededPeople, anonymous: Client) -> Cast:
    """Who acts in the tests of every operation."""
    return Cast(acting_as, anonymous)


@pytest.fixture(scope="session")
def document(anonymous: Client) -> dict[str, Any]:
    """The OpenAPI document."""
    response = anonymous.get("/openapi.json")
    assert response.status_code == 200
    read: dict[str, Any] = response.json()
    return read


@pytest.fixture
def people(base_url: str) -> Iterator[People]:
    """Opens clients and log-ins for one test."""
    opened = People(base_url)
    yield opened
    opened.close()


@pytest.fixture
def registered(people: People) -> Person:
    """A new account: the OrgAdmin of a new organization, logged in."""
    return people.register()


@pytest.fixture
def globex(base_url: str, acting_as: SeededPeople) -> Iterator[People]:
    """Opens log-ins for a test that changes people of Globex; puts their roles back and makes them active."""
    opened = People(base_url)
    yield opened
    boss = opened.log_in("superadmin@globex.example").client
    seeded = {"admin": "OrgAdmin", "guest": "Guest", "member": "Member", "manager": "Manager"}
    users = boss.get("/api/v1/users", params={"limit": 100}).json()["items"]
    # The OrgAdmin first: the last one that there is can't be made anything else.
    for user in sorted(users, key=lambda user: not user["email"].startswith("admin@")):
        if (local := user["email"].partition("@")[0]) in seeded:
            fields = {"role": seeded[local], "is_active": True}
            response = boss.patch(f"/api/v1/users/{user['id']}", json=fields, headers={"If-Match": "*"})
            assert response.status_code == 200, response.text
    acting_as.forget("globex.example")
    opened.close()
