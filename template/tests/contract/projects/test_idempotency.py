"""Idempotency-Key: a create may be repeated without making two (sample: yours after the first render)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Client, Response
from tests.contract.problems import assert_problem
from tests.contract.projects.steps import (
    PROJECTS,
    create_project,
    delete_project,
    patch_project,
    path_of,
    unique_name,
    walk,
)

CALLERS = 20
ANSWER = ("content-type", "etag", "location")


def post(client: Client, key: str, **fields: Any) -> Response:
    return client.post(PROJECTS, json=fields, headers={b"Idempotency-Key": key.encode("latin-1")})


def named(client: Client, name: str) -> int:
    """How many projects have the name."""
    return sum(project["name"] == name for project in walk(client, limit=100))


def assert_same_answer(first: Response, second: Response) -> None:
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert [first.headers[name] for name in ANSWER] == [second.headers[name] for name in ANSWER]


def test_a_repeat_gets_the_first_answer(client: Client) -> None:
    key, name = str(uuid4()), unique_name()
    first, second, third = (post(client, key, name=name) for _ in range(3))
    assert_same_answer(first, second)
    assert_same_answer(first, third)
    assert named(client, name) == 1


def test_a_repeat_is_a_request_of_its_own(client: Client) -> None:
    key, name = str(uuid4()), unique_name()
    first, second = (post(client, key, name=name) for _ in range(2))
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_a_repeat_gets_the_first_answer_after_a_change_and_a_deletion(client: Client) -> None:
    key, name = str(uuid4()), unique_name()
    first = post(client, key, name=name)
    patch_project(client, first.json(), {"description": "Changed."})
    assert_same_answer(first, post(client, key, name=name))
    delete_project(client, first.json())
    assert_same_answer(first, post(client, key, name=name))
    assert named(client, name) == 0


def test_without_a_key_a_repeat_makes_another(client: Client) -> None:
    name = unique_name()
    for _ in range(2):
        create_project(client, name=name)
    assert named(client, name) == 2


def test_another_key_makes_another(client: Client) -> None:
    name = unique_name()
    for _ in range(2):
        post(client, str(uuid4()), name=name)
    assert named(client, name) == 2


def test_keys_differ_by_case(client: Client) -> None:
    key, name = f"key-{uuid4()}", unique_name()
    for spelled in (key, key.upper()):
        post(client, spelled, name=name)
    assert named(client, name) == 2


@pytest.mark.parametrize("other", [{"name": "Gemini"}, {"name": "Apollo", "description": "Reach orbit."}])
def test_one_key_with_another_body_is_refused(client: Client, other: dict[str, str]) -> None:
    key = str(uuid4())
    assert post(client, key, name="Apollo").status_code == 201
    assert_problem(post(client, key, **other), 422, "/header/Idempotency-Key")


def test_what_failed_is_not_kept(client: Client) -> None:
    key, name = str(uuid4()), unique_name()
    assert_problem(post(client, key, name=""), 422, "/body/name")
    assert post(client, key, name=name).status_code == 201
    assert named(client, name) == 1


def test_a_repeat_is_checked_like_any_request(client: Client) -> None:
    key = str(uuid4())
    assert post(client, key, name="Apollo").status_code == 201
    given = {"Idempotency-Key": key, "Content-Type": "application/json"}
    assert_problem(client.post(PROJECTS, content=b"{", headers=given), 400)
    assert_problem(client.post(f"{PROJECTS}?x=1", json={"name": "Apollo"}, headers=given), 422, "/query/x")
    assert_problem(post(client, key, name=""), 422, "/body/name")


def test_one_key_at_the_same_time_makes_one(client: Client) -> None:
    key, name = str(uuid4()), unique_name()
    with ThreadPoolExecutor(CALLERS) as callers:
        replies = list(callers.map(lambda _: post(client, key, name=name), range(CALLERS)))
    made = [response for response in replies if response.status_code == 201]
    for response in replies:
        if response.status_code == 409:
            assert_problem(response, 409, slug="request-in-progress")
            assert response.headers["retry-after"] == "1"
    assert {response.status_code for response in replies} <= {201, 409}
    assert made != []
    assert len({response.content for response in made}) == 1
    assert named(client, name) == 1


@pytest.mark.parametrize("key", ["x", "!~", "k" * 255, "a,b;c=d", '"quoted"'])
def test_a_key_has_1_to_255_visible_characters(client: Client, key: str) -> None:
    # The shortest key can't be new each time: it keeps one body, so that it may be met again.
    fresh, name = (key, "Apollo") if len(key) == 1 else (f"{uuid4()}{key}"[:255], unique_name())
    assert_same_answer(post(client, fresh, name=name), post(client, fresh, name=name))


def test_of_a_wrong_query_header_and_body_any_is_named(client: Client) -> None:
    response = client.post(f"{PROJECTS}?x=1", json={"name": ""}, headers={"Idempotency-Key": "not valid"})
    pointers = {error["pointer"] for error in response.json()["errors"]}
    assert_problem(response, 422, *pointers)
    assert set() < pointers <= {"/body/name", "/header/Idempotency-Key", "/query/x"}


@pytest.mark.parametrize("key", ["", "k" * 256, "two words", "tab\there", "caf\xe9"])
def test_another_key_is_refused(client: Client, key: str) -> None:
    name = unique_name()
    assert_problem(post(client, key, name=name), 422, "/header/Idempotency-Key")
    assert named(client, name) == 0


def test_a_key_says_nothing_to_other_methods_and_paths(client: Client) -> None:
    key = str(uuid4())
    project = post(client, key, name=unique_name()).json()
    other = create_project(client)
    given = {"Idempotency-Key": key, "If-Match": "*"}
    assert client.get(path_of(other), headers=given).json() == other
    assert client.patch(path_of(other), json={"name": "Gemini"}, headers=given).json()["name"] == "Gemini"
    assert client.patch(path_of(other), json={"name": "Gemini"}, headers=given).status_code == 200
    assert client.put(path_of(project), json={"name": "Vostok"}, headers=given).json()["name"] == "Vostok"
    assert client.delete(path_of(project), headers=given).status_code == 204
    assert client.post(f"{path_of(project)}/restore", headers=given).json()["name"] == "Vostok"
