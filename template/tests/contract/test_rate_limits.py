"""Rates, at a service with the default limits (template-owned; contract, "HTTP", Rates).

Each test comes from addresses of its own: the service under test believes one proxy.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import randrange

import pytest
from httpx2 import Client, Response
from tests.contract.people import AUTH, PASSWORD, SEED_PASSWORD, People, Person, registration, unique_email
from tests.contract.problems import assert_problem
from tests.contract.service import RAISED, running_service

LOG_IN, ME = f"{AUTH}/login", f"{AUTH}/me"
MINUTE, QUARTER = 60, 900

pytestmark = pytest.mark.skipif(
    "CONTRACT_BASE_URL" in os.environ,
    reason="the service of CONTRACT_BASE_URL has its limits raised; this module starts one with the defaults",
)


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a service with the default limits answers."""
    # An empty variable counts as unset.
    settings = {**dict.fromkeys(RAISED, ""), "TRUSTED_PROXY_HOPS": "1"}
    with running_service(tmp_path_factory.mktemp("limited"), settings) as base_url:
        yield base_url


@pytest.fixture
def visitors(limited: str) -> Iterator[People]:
    opened = People(limited)
    yield opened
    opened.close()


def coming_from_anew(people: People) -> Client:
    """Somebody whose address was not seen before."""
    return people.anonymous(**{"X-Forwarded-For": new_address()})


def new_address() -> str:
    """One at random: other tests may count in the same Redis."""
    return f"10.{randrange(256)}.{randrange(256)}.{randrange(256)}"


def registered_at(people: People, address: str) -> Person:
    """A new account, logged in from this address."""
    given = registration()
    made = people.anonymous(**{"X-Forwarded-For": new_address()}).post(f"{AUTH}/register", json=given)
    assert made.status_code == 201, made.text
    return people.log_in(given["email"], PASSWORD, **{"X-Forwarded-For": address})


def log_in(client: Client, email: str, password: str = "not the password") -> Response:
    return client.post(LOG_IN, json={"email": email, "password": password})


def fail(client: Client, email: str, times: int) -> list[int]:
    return [log_in(client, email).status_code for _ in range(times)]


def assert_limited(response: Response, window: int) -> None:
    assert_problem(response, 429)
    assert 1 <= int(response.headers["retry-after"]) <= window


def test_an_operation_takes_300_requests_a_minute_of_an_address(visitors: People) -> None:
    client = coming_from_anew(visitors)
    assert {client.get(ME).status_code for _ in range(300)} == {401}
    assert_limited(client.get(ME), MINUTE)
    assert client.get("/api/v1/users").status_code == 401
    assert client.patch(ME, json={}).status_code == 401
    assert coming_from_anew(visitors).get(ME).status_code == 401


def test_the_limit_comes_before_whatever_else_is_wrong(visitors: People) -> None:
    client = coming_from_anew(visitors)
    for _ in range(300):
        client.patch(ME)
    assert_limited(client.patch(ME, content=b"{", headers={"Authorization": "Bearer x"}), MINUTE)
    assert_problem(client.put(ME), 405)
    assert_problem(client.get(f"{ME}/"), 404)


def test_many_at_once_get_no_more(visitors: People) -> None:
    client = coming_from_anew(visitors)
    with ThreadPoolExecutor(16) as callers:
        statuses = list(callers.map(lambda _: client.get(f"{AUTH}/sessions").status_code, range(340)))
    assert (statuses.count(401), statuses.count(429)) == (300, 40)


def test_health_and_metrics_are_not_limited(visitors: People) -> None:
    client = coming_from_anew(visitors)
    for path in ("/health", "/health/live", "/health/ready", "/metrics"):
        assert {client.get(path).status_code for _ in range(310)} == {200}


def test_an_address_that_only_a_caller_claims_does_not_count(visitors: People) -> None:
    address = new_address()
    for number in range(3):
        client = visitors.anonymous(**{"X-Forwarded-For": f"203.0.113.{number}, {address}"})
        assert {client.get(f"{AUTH}/sessions").status_code for _ in range(100)} == {401}
    client = visitors.anonymous(**{"X-Forwarded-For": f"192.0.2.1, {address}"})
    assert_limited(client.get(f"{AUTH}/sessions"), MINUTE)


def test_an_address_registers_20_accounts_a_minute(visitors: People) -> None:
    client = coming_from_anew(visitors)
    with ThreadPoolExecutor(8) as callers:
        replies = list(callers.map(lambda _: client.post(f"{AUTH}/register", json=registration()), range(24)))
    assert sorted(response.status_code for response in replies) == [201] * 20 + [429] * 4
    assert_limited(client.post(f"{AUTH}/register", json=registration()), MINUTE)
    assert coming_from_anew(visitors).post(f"{AUTH}/register", json=registration()).status_code == 201


def test_an_account_takes_10_wrong_passwords_of_an_address(visitors: People) -> None:
    email = registered_at(visitors, new_address()).email
    client = coming_from_anew(visitors)
    assert fail(client, email, 10) == [401] * 10
    assert_limited(log_in(client, email), QUARTER)
    assert_limited(log_in(client, email.upper()), QUARTER)
    assert_limited(log_in(client, email, PASSWORD), QUARTER)
    assert log_in(client, unique_email()).status_code == 401
    assert log_in(coming_from_anew(visitors), email, PASSWORD).status_code == 200


def test_an_account_that_there_is_not_is_limited_the_same(visitors: People) -> None:
    client, email = coming_from_anew(visitors), unique_email()
    assert fail(client, email, 10) == [401] * 10
    assert_limited(log_in(client, email), QUARTER)


def test_a_success_costs_nothing(visitors: People) -> None:
    email = registered_at(visitors, new_address()).email
    client = coming_from_anew(visitors)
    assert fail(client, email, 9) == [401] * 9
    assert [log_in(client, email, PASSWORD).status_code for _ in range(12)] == [200] * 12
    assert fail(client, email, 2) == [401, 429]


def test_many_guesses_at_once_are_no_more_guesses(visitors: People) -> None:
    email = registered_at(visitors, new_address()).email
    client = coming_from_anew(visitors)
    with ThreadPoolExecutor(40) as guessers:
        statuses = list(guessers.map(lambda _: log_in(client, email).status_code, range(40)))
    assert (statuses.count(401), statuses.count(429)) == (10, 30)


def test_an_address_takes_30_wrong_passwords_of_any_account(visitors: People) -> None:
    client = coming_from_anew(visitors)
    assert [fail(client, unique_email(), 1) for _ in range(30)] == [[401]] * 30
    assert_limited(log_in(client, unique_email()), QUARTER)
    assert_limited(log_in(client, "admin@acme.example", SEED_PASSWORD), QUARTER)


def test_an_account_takes_50_wrong_passwords_and_its_owner_still_comes_in(visitors: People) -> None:
    home = new_address()
    email = registered_at(visitors, home).email
    with ThreadPoolExecutor(5) as attackers:
        statuses = list(attackers.map(lambda _: fail(coming_from_anew(visitors), email, 10), range(5)))
    assert statuses == [[401] * 10] * 5
    assert_limited(log_in(coming_from_anew(visitors), email), QUARTER)
    assert_limited(log_in(coming_from_anew(visitors), email, PASSWORD), QUARTER)
    assert log_in(visitors.anonymous(**{"X-Forwarded-For": home}), email, PASSWORD).status_code == 200


def test_a_wrong_current_password_is_a_failed_log_in(visitors: People) -> None:
    person = registered_at(visitors, new_address())
    given = {"current_password": "not the password", "new_password": "eleven otters argue about jam"}
    for _ in range(10):
        assert person.client.post(f"{AUTH}/password/change", json=given).status_code == 422
    assert_limited(person.client.post(f"{AUTH}/password/change", json=given), QUARTER)
    assert_limited(log_in(person.client, person.email), QUARTER)
    assert person.is_let_in()
