"""Idempotency-Key: making a row of any resource may be repeated without making two (template-owned)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Client, Response
from tests.contract.nouns import Noun, unique
from tests.contract.problems import assert_problem

CALLERS = 20
ANSWER = ("content-type", "etag", "location")


def post(client: Client, noun: Noun, key: str, title: str, **fields: Any) -> Response:
    body = noun.body(client, **{noun.title: title}, **fields)
    return client.post(noun.path, json=body, headers={b"Idempotency-Key": key.encode("latin-1")})


def titled(client: Client, noun: Noun, title: str) -> int:
    """How many rows have the title."""
    return sum(row[noun.title] == title for row in noun.walk(client))


def assert_same_answer(first: Response, second: Response) -> None:
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert [first.headers[name] for name in ANSWER] == [second.headers[name] for name in ANSWER]


def test_a_repeat_gets_the_first_answer(client: Client, noun: Noun) -> None:
    key, title = str(uuid4()), unique()
    first, second, third = (post(client, noun, key, title) for _ in range(3))
    assert_same_answer(first, second)
    assert_same_answer(first, third)
    assert titled(client, noun, title) == 1


def test_a_repeat_is_a_request_of_its_own(client: Client, noun: Noun) -> None:
    key, title = str(uuid4()), unique()
    first, second = (post(client, noun, key, title) for _ in range(2))
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_a_repeat_gets_the_first_answer_after_a_change_and_a_deletion(client: Client, noun: Noun) -> None:
    key, title = str(uuid4()), unique()
    first = post(client, noun, key, title)
    noun.retitle(client, first.json(), "Changed.")
    assert_same_answer(first, post(client, noun, key, title))
    noun.delete(client, first.json())
    assert_same_answer(first, post(client, noun, key, title))
    assert titled(client, noun, title) == 0


def test_without_a_key_a_repeat_makes_another(client: Client, noun: Noun) -> None:
    title = unique()
    for _ in range(2):
        noun.make(client, **{noun.title: title})
    assert titled(client, noun, title) == 2


def test_another_key_makes_another(client: Client, noun: Noun) -> None:
    title = unique()
    for _ in range(2):
        post(client, noun, str(uuid4()), title)
    assert titled(client, noun, title) == 2


def test_keys_differ_by_case(client: Client, noun: Noun) -> None:
    key, title = f"key-{uuid4()}", unique()
    for spelled in (key, key.upper()):
        post(client, noun, spelled, title)
    assert titled(client, noun, title) == 2


def test_one_key_with_another_body_is_refused(client: Client, noun: Noun) -> None:
    key = str(uuid4())
    assert post(client, noun, key, "Apollo").status_code == 201
    assert_problem(post(client, noun, key, "Gemini"), 422, "/header/Idempotency-Key")
    assert_problem(post(client, noun, key, "Apollo", **noun.others), 422, "/header/Idempotency-Key")


def test_what_failed_is_not_kept(client: Client, noun: Noun) -> None:
    key, title = str(uuid4()), unique()
    assert_problem(post(client, noun, key, ""), 422, f"/body/{noun.title}")
    assert post(client, noun, key, title).status_code == 201
    assert titled(client, noun, title) == 1


def test_a_repeat_is_checked_like_any_request(client: Client, noun: Noun) -> None:
    key = str(uuid4())
    assert post(client, noun, key, "Apollo").status_code == 201
    given = {"Idempotency-Key": key, "Content-Type": "application/json"}
    assert_problem(client.post(noun.path, content=b"{", headers=given), 400)
    assert_problem(client.post(f"{noun.path}?x=1", json=noun.body(client), headers=given), 422, "/query/x")
    assert_problem(post(client, noun, key, ""), 422, f"/body/{noun.title}")


def test_one_key_at_the_same_time_makes_one(client: Client, noun: Noun) -> None:
    key, title = str(uuid4()), unique()
    with ThreadPoolExecutor(CALLERS) as callers:
        replies = list(callers.map(lambda _: post(client, noun, key, title), range(CALLERS)))
    made = [response for response in replies if response.status_code == 201]
    for response in replies:
        if response.status_code == 409:
            assert_problem(response, 409, slug="request-in-progress")
            assert response.headers["retry-after"] == "1"
    assert {response.status_code for response in replies} <= {201, 409}
    assert made != []
    assert len({response.content for response in made}) == 1
    assert titled(client, noun, title) == 1


@pytest.mark.parametrize("key", ["x", "!~", "k" * 255, "a,b;c=d", '"quoted"'])
def test_a_key_has_1_to_255_visible_characters(client: Client, noun: Noun, key: str) -> None:
    # The shortest key can't be new each time: it keeps one body, so that it may be met again.
    fresh, title = (key, "Apollo") if len(key) == 1 else (f"{uuid4()}{key}"[:255], unique())
    assert_same_answer(post(client, noun, fresh, title), post(client, noun, fresh, title))


def test_of_a_wrong_query_header_and_body_any_is_named(client: Client, noun: Noun) -> None:
    response = client.post(
        f"{noun.path}?x=1", json=noun.body(client, **{noun.title: ""}), headers={"Idempotency-Key": "not valid"}
    )
    pointers = {error["pointer"] for error in response.json()["errors"]}
    assert_problem(response, 422, *pointers)
    assert set() < pointers <= {f"/body/{noun.title}", "/header/Idempotency-Key", "/query/x"}


@pytest.mark.parametrize("key", ["", "k" * 256, "two words", "tab\there", "caf\xe9"])
def test_another_key_is_refused(client: Client, noun: Noun, key: str) -> None:
    title = unique()
    assert_problem(post(client, noun, key, title), 422, "/header/Idempotency-Key")
    assert titled(client, noun, title) == 0


def test_a_key_says_nothing_to_other_methods_and_paths(client: Client, noun: Noun) -> None:
    key = str(uuid4())
    row, other = post(client, noun, key, unique()).json(), noun.make(client)
    given = {"Idempotency-Key": key, "If-Match": "*"}
    place, elsewhere = noun.path_of(row), noun.path_of(other)
    gemini, vostok = {noun.title: "Gemini"}, noun.body(client, **{noun.title: "Vostok"})
    assert client.get(elsewhere, headers=given).json() == other
    assert client.patch(elsewhere, json=gemini, headers=given).json()[noun.title] == "Gemini"
    assert client.patch(elsewhere, json=gemini, headers=given).status_code == 200
    assert client.put(place, json=vostok, headers=given).json()[noun.title] == "Vostok"
    assert client.delete(place, headers=given).status_code == 204
    assert client.post(f"{place}/restore", headers=given).json()[noun.title] == "Vostok"
