"""Refresh tokens: rotated, repeated, reused (template-owned; contract, "Tokens and sessions"; RFC 9700)."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from httpx2 import Client, Response
from tests.contract.people import AUTH, PASSWORD, People, Person, claims_of
from tests.contract.problems import assert_problem

REFRESH = f"{AUTH}/refresh"
CALLERS = 20


def use(client: Client, token: str) -> Response:
    return client.post(REFRESH, json={"refresh_token": token})


def child(client: Client, token: str) -> str:
    """The refresh token that follows."""
    response = use(client, token)
    assert response.status_code == 200, response.text
    following: str = response.json()["refresh_token"]
    return following


def test_a_refresh_gives_what_a_log_in_gives(registered: Person, anonymous: Client) -> None:
    response = use(anonymous, registered.tokens["refresh_token"])
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    tokens = response.json()
    assert set(tokens) == set(registered.tokens)
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
    assert tokens["refresh_token"] != registered.tokens["refresh_token"]
    assert tokens["access_token"] != registered.tokens["access_token"]


def test_a_refresh_goes_on_with_the_same_session(registered: Person) -> None:
    before = registered.claims
    assert registered.refresh().status_code == 200
    after = registered.claims
    same = ("sub", "org", "sid", "sv", "roles", "permissions", "iss", "aud")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after["jti"] != before["jti"]
    assert registered.is_let_in()


def test_the_access_token_from_before_stays_good(registered: Person, anonymous: Client) -> None:
    use(anonymous, registered.tokens["refresh_token"])
    assert registered.is_let_in()


def test_a_family_goes_on_for_generations(registered: Person) -> None:
    seen = {registered.tokens["refresh_token"]}
    for _ in range(5):
        assert registered.refresh().status_code == 200
        seen.add(registered.tokens["refresh_token"])
    assert len(seen) == 6
    assert registered.is_let_in()


def test_a_repeat_gets_the_same_child_and_a_new_access_token(registered: Person, anonymous: Client) -> None:
    first, second, third = (use(anonymous, registered.tokens["refresh_token"]).json() for _ in range(3))
    assert first["refresh_token"] == second["refresh_token"] == third["refresh_token"]
    tokens = [reply["access_token"] for reply in (first, second, third)]
    assert len({claims_of(token)["jti"] for token in tokens}) == 3
    assert child(anonymous, first["refresh_token"]) != first["refresh_token"]


def test_many_at_once_with_one_token_get_one_child_and_the_family_lives(registered: Person, anonymous: Client) -> None:
    token = registered.tokens["refresh_token"]
    with ThreadPoolExecutor(CALLERS) as callers:
        replies = list(callers.map(lambda _: use(anonymous, token), range(CALLERS)))
    good = [response.json() for response in replies if response.status_code == 200]
    for response in replies:
        if response.status_code != 200:
            assert_problem(response, 401)
    assert len({tokens["refresh_token"] for tokens in good}) == 1
    assert len({tokens["access_token"] for tokens in good}) == len(good)
    assert child(anonymous, good[0]["refresh_token"]) != token
    assert registered.is_let_in()


def _assert_family_is_over(person: Person, anonymous: Client, *tokens: str) -> None:
    assert not person.is_let_in()
    for token in tokens:
        assert_problem(use(anonymous, token), 401)
    assert not person.is_let_in()


def test_a_grandparent_ends_the_family(registered: Person, anonymous: Client) -> None:
    first = registered.tokens["refresh_token"]
    second = child(anonymous, first)
    third = child(anonymous, second)
    assert_problem(use(anonymous, first), 401)
    _assert_family_is_over(registered, anonymous, third, second, first)


def test_a_parent_whose_child_was_used_ends_the_family(registered: Person, anonymous: Client) -> None:
    first = registered.tokens["refresh_token"]
    second = child(anonymous, first)
    assert child(anonymous, first) == second
    third = child(anonymous, second)
    fourth = child(anonymous, third)
    assert_problem(use(anonymous, second), 401)
    _assert_family_is_over(registered, anonymous, fourth, third)


def test_a_repeat_after_ten_seconds_ends_the_family(registered: Person, anonymous: Client) -> None:
    first = registered.tokens["refresh_token"]
    second = child(anonymous, first)
    time.sleep(10.2)
    assert_problem(use(anonymous, first), 401)
    _assert_family_is_over(registered, anonymous, second)


def test_the_newest_token_is_good_whenever_it_comes(registered: Person, anonymous: Client) -> None:
    second = child(anonymous, registered.tokens["refresh_token"])
    time.sleep(0.1)
    assert child(anonymous, second) not in (second, registered.tokens["refresh_token"])


def test_reuse_ends_the_family_and_no_other(registered: Person, people: People, anonymous: Client) -> None:
    other = people.log_in(registered.email, PASSWORD)
    second = child(anonymous, registered.tokens["refresh_token"])
    child(anonymous, second)
    assert_problem(use(anonymous, registered.tokens["refresh_token"]), 401)
    assert not registered.is_let_in()
    assert other.is_let_in()
    assert other.refresh().status_code == 200


def test_reuse_by_many_at_once_ends_the_family(registered: Person, anonymous: Client) -> None:
    first = registered.tokens["refresh_token"]
    second = child(anonymous, first)
    third = child(anonymous, second)
    with ThreadPoolExecutor(CALLERS) as callers:
        statuses = set(callers.map(lambda _: use(anonymous, first).status_code, range(CALLERS)))
    assert statuses == {401}
    _assert_family_is_over(registered, anonymous, third)


def test_the_family_ends_when_its_first_token_would_have(registered: Person) -> None:
    left = [registered.tokens["refresh_expires_in"]]
    for _ in range(3):
        registered.refresh()
        left.append(registered.tokens["refresh_expires_in"])
    assert left == sorted(left, reverse=True)
    time.sleep(1.1)
    registered.refresh()
    assert registered.tokens["refresh_expires_in"] < left[0]


@pytest.mark.parametrize(
    "token",
    ["", "x", "AAAA", "A" * 43, "null", "' OR 1=1 --", "../../etc/passwd", "é" * 43, "=", "A" * 100_000, "\u202e", " "],
)
def test_a_token_that_nobody_gave_is_refused(anonymous: Client, token: str) -> None:
    response = use(anonymous, token)
    assert_problem(response, 401)
    assert "passwd" not in response.text


@pytest.mark.parametrize("change", ["{}A", "A{}", " {}", "{} ", "{}=", "{0}{0}"])
def test_a_token_with_something_added_is_refused(registered: Person, anonymous: Client, change: str) -> None:
    assert_problem(use(anonymous, change.format(registered.tokens["refresh_token"])), 401)
    assert registered.refresh().status_code == 200


def test_a_token_in_another_spelling_is_refused(registered: Person, anonymous: Client) -> None:
    token = registered.tokens["refresh_token"]
    assert_problem(use(anonymous, token.swapcase()), 401)
    # The last character carries bits that decoding drops: only the text that was given is the token.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    neighbour = alphabet[alphabet.index(token[-1]) ^ 1] if token[-1] in alphabet else "A"
    assert_problem(use(anonymous, token[:-1] + neighbour), 401)


def test_an_access_token_is_no_refresh_token(registered: Person, anonymous: Client) -> None:
    assert_problem(use(anonymous, registered.tokens["access_token"]), 401)
    assert registered.is_let_in()


@pytest.mark.parametrize("body", [{}, {"refresh_token": None}, {"refresh_token": 7}, {"refresh_token": ["x"]}])
def test_what_is_no_text_is_named(anonymous: Client, body: dict[str, Any]) -> None:
    assert_problem(anonymous.post(REFRESH, json=body), 422, "/body/refresh_token")


def test_every_refusal_is_the_same(registered: Person, anonymous: Client) -> None:
    first = registered.tokens["refresh_token"]
    child(anonymous, child(anonymous, first))
    reused, ended, unknown = (use(anonymous, token) for token in (first, first, "A" * 43))
    texts = [{**assert_problem(response, 401), "request_id": ""} for response in (reused, ended, unknown)]
    assert texts[0] == texts[1] == texts[2]


def test_no_access_token_is_asked_for(registered: Person, anonymous: Client) -> None:
    given = {"refresh_token": registered.tokens["refresh_token"]}
    response = anonymous.post(REFRESH, json=given, headers={"Authorization": "Bearer c4n4ry"})
    assert response.status_code == 200
