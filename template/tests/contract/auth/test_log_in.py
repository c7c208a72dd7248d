"""Log-in: what it gives, and that it tells nobody why it refused (template-owned; contract, "HTTP")."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from httpx2 import Client, Response
from tests.contract.people import AUTH, PASSWORD, People, Person, claims_of, unique_email
from tests.contract.problems import assert_problem

LOG_IN = f"{AUTH}/login"
WEEK = 604_800
# Those that differ from reply to reply.
OWN_HEADERS = {"x-request-id", "date"}


def log_in(client: Client, email: str, password: str) -> Response:
    return client.post(LOG_IN, json={"email": email, "password": password})


def told(response: Response) -> tuple[dict[str, str], dict[str, Any]]:
    """All that a refusal tells, but the request's id."""
    body = assert_problem(response, 401)
    headers = {name: value for name, value in response.headers.items() if name not in OWN_HEADERS}
    return headers, {**body, "request_id": ""}


def test_a_log_in_gives_two_tokens_and_their_lives(registered: Person, anonymous: Client) -> None:
    response = log_in(anonymous, registered.email, PASSWORD)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    tokens = response.json()
    assert set(tokens) == {"access_token", "token_type", "expires_in", "refresh_token", "refresh_expires_in"}
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
    assert WEEK - 10 <= tokens["refresh_expires_in"] <= WEEK


def test_a_refresh_token_is_opaque(registered: Person) -> None:
    token = registered.tokens["refresh_token"]
    assert "." not in token
    assert len(token) >= 43
    for known in (registered.id, registered.session_id, registered.claims["org"]):
        assert known not in token


@pytest.mark.parametrize("spelled", [str.upper, str.title, "  {}\t".format])
def test_an_address_is_known_however_it_is_spelled(registered: Person, anonymous: Client, spelled: Any) -> None:
    response = log_in(anonymous, spelled(registered.email), PASSWORD)
    assert response.status_code == 200
    assert claims_of(response.json()["access_token"])["sub"] == registered.id


def test_each_log_in_is_a_session_of_its_own(registered: Person, people: People) -> None:
    second = people.log_in(registered.email, PASSWORD)
    assert second.session_id != registered.session_id
    assert second.tokens["refresh_token"] != registered.tokens["refresh_token"]
    assert registered.is_let_in()
    assert second.is_let_in()


def test_a_refusal_is_the_same_for_every_reason(registered: Person, anonymous: Client, globex: People) -> None:
    member = globex.log_in("member@globex.example")
    boss = globex.log_in("admin@globex.example").client
    changed = boss.patch(f"/api/v1/users/{member.id}", json={"is_active": False}, headers={"If-Match": "*"})
    assert changed.status_code == 200
    wrong = told(log_in(anonymous, registered.email, f"{PASSWORD}!"))
    assert told(log_in(anonymous, unique_email(), PASSWORD)) == wrong
    assert told(log_in(anonymous, member.email, member.password)) == wrong
    assert told(log_in(anonymous, member.email, f"{PASSWORD}!")) == wrong
    assert told(log_in(anonymous, registered.email, "x")) == wrong
    assert told(log_in(anonymous, unique_email(), "x")) == wrong


def test_an_unknown_account_takes_as_long_as_a_wrong_password(registered: Person, anonymous: Client) -> None:
    def seconds(email: str) -> float:
        started = time.perf_counter()
        assert log_in(anonymous, email, f"{PASSWORD}!").status_code == 401
        return time.perf_counter() - started

    pairs = [(seconds(registered.email), seconds(unique_email())) for _ in range(15)]
    known, unknown = (statistics.median(each) for each in zip(*pairs, strict=True))
    # Without a hash an answer takes a tenth of the time: far outside of what a busy machine does to a median.
    assert 0.5 < unknown / known < 2


def test_a_refusal_echoes_nothing(anonymous: Client) -> None:
    response = log_in(anonymous, "c4n4ry@example.org", "c4n4ry-7d1e")
    assert_problem(response, 401)
    assert "c4n4ry" not in response.text


@pytest.mark.parametrize("email", ["", "ada", "ada@", "' OR 1=1 --", "a" * 5000, "ada\x00@example.org"])
def test_what_is_no_address_gets_no_tokens(anonymous: Client, email: str) -> None:
    response = log_in(anonymous, email, PASSWORD)
    assert response.status_code in (401, 422)
    assert_problem(response, response.status_code, *(["/body/email"] if response.status_code == 422 else []))


def test_a_password_longer_than_any_gets_no_tokens(registered: Person, anonymous: Client) -> None:
    response = log_in(anonymous, registered.email, PASSWORD + "x" * 100_000)
    assert response.status_code in (401, 422)
    assert len(response.content) < 2_000


def test_all_that_is_missing_is_named_at_once(anonymous: Client) -> None:
    assert_problem(anonymous.post(LOG_IN, json={}), 422, "/body/email", "/body/password")


@pytest.mark.parametrize("field", ["role", "roles", "org", "refresh_token", "grant_type", "x"])
def test_nothing_else_can_be_sent(registered: Person, anonymous: Client, field: str) -> None:
    given = {"email": registered.email, "password": PASSWORD, field: "SuperAdmin"}
    assert_problem(anonymous.post(LOG_IN, json=given), 422, f"/body/{field}")


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "text/plain"])
def test_a_form_is_no_log_in(anonymous: Client, media_type: str) -> None:
    content = b"username=admin%40acme.example&password=x&grant_type=password"
    assert_problem(anonymous.post(LOG_IN, content=content, headers={"Content-Type": media_type}), 415)


def test_a_token_is_neither_needed_nor_looked_at(registered: Person, anonymous: Client) -> None:
    given = {"email": registered.email, "password": PASSWORD}
    response = anonymous.post(LOG_IN, json=given, headers={"Authorization": "Bearer c4n4ry"})
    assert response.status_code == 200


def test_many_log_ins_at_once_all_succeed(registered: Person, anonymous: Client) -> None:
    with ThreadPoolExecutor(16) as callers:
        replies = list(callers.map(lambda _: log_in(anonymous, registered.email, PASSWORD), range(16)))
    assert [response.status_code for response in replies] == [200] * 16
    assert len({claims_of(response.json()["access_token"])["sid"] for response in replies}) == 16


def test_tokens_are_never_kept_by_a_cache(registered: Person, anonymous: Client) -> None:
    assert log_in(anonymous, registered.email, PASSWORD).headers["cache-control"] == "no-store"
