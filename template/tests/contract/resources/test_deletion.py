"""Deleting and restoring a row of any resource: nothing is gone for good (template-owned)."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from httpx2 import Client
from tests.contract.nouns import ABSENT, Noun, ids
from tests.contract.problems import assert_problem

TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")


def test_deleting_answers_with_nothing(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    response = client.delete(noun.path_of(row), headers={"If-Match": '"1"'})
    assert response.status_code == 204
    assert response.content == b""
    assert "etag" not in response.headers


@pytest.mark.parametrize("tag", [None, "*", '"1"', '"2"'])
def test_a_deleted_row_is_not_found(client: Client, noun: Noun, tag: str | None) -> None:
    row = noun.make(client)
    noun.delete(client, row)
    given = {} if tag is None else {"If-Match": tag}
    body = noun.body(client)
    assert_problem(client.get(noun.path_of(row), headers=given), 404)
    assert_problem(client.put(noun.path_of(row), json=body, headers=given), 404)
    assert_problem(client.patch(noun.path_of(row), json=body, headers=given), 404)
    assert_problem(client.delete(noun.path_of(row), headers=given), 404)


def test_a_deleted_row_stands_in_the_list_of_the_deleted_alone(client: Client, noun: Noun) -> None:
    kept, deleted = noun.make(client), noun.make(client)
    noun.delete(client, deleted)
    both = [kept, deleted]
    assert ids(noun.walk(client), among=both) == [kept["id"]]
    assert ids(noun.walk(client, deleted="false"), among=both) == [kept["id"]]
    assert ids(noun.walk(client, deleted="true"), among=both) == [deleted["id"]]


def test_a_deleted_row_says_when_and_by_whom(client: Client, noun: Noun) -> None:
    row = noun.make(client, **noun.others)
    noun.delete(client, row)
    [gone] = [other for other in noun.walk(client, deleted="true") if other["id"] == row["id"]]
    assert TIME.fullmatch(gone["deleted_at"])
    assert gone["deleted_at"] >= row["created_at"]
    assert gone["version"] == 2
    assert gone["updated_by"] == row["created_by"]
    same = (noun.title, *noun.defaults, "id", "created_at", "created_by")
    assert {name: gone[name] for name in same} == {name: row[name] for name in same}


def test_the_list_of_the_deleted_holds_no_live_row(client: Client, noun: Noun) -> None:
    noun.delete(client, noun.make(client))
    assert all(row["deleted_at"] is not None for row in noun.walk(client, deleted="true"))
    assert all(row["deleted_at"] is None for row in noun.walk(client))


def test_restoring_brings_a_row_back(client: Client, noun: Noun) -> None:
    row = noun.make(client, **noun.others)
    noun.delete(client, row)
    response = client.post(f"{noun.path_of(row)}/restore")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["etag"] == '"3"'
    restored = response.json()
    moved = ("version", "updated_at")
    assert {n: v for n, v in restored.items() if n not in moved} == {n: v for n, v in row.items() if n not in moved}
    assert (restored["version"], restored["deleted_at"]) == (3, None)
    assert noun.read(client, row) == restored
    assert ids(noun.walk(client, deleted="true"), among=[row]) == []


def test_restoring_a_live_row_changes_nothing(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    response = client.post(f"{noun.path_of(row)}/restore")
    assert response.status_code == 200
    assert response.headers["etag"] == '"1"'
    assert response.json() == row == noun.read(client, row)


def test_restoring_twice_is_restoring_once(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    noun.delete(client, row)
    first, second = (client.post(f"{noun.path_of(row)}/restore") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()


def test_restoring_asks_no_version(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    noun.delete(client, row)
    assert client.post(f"{noun.path_of(row)}/restore", headers={"If-Match": '"7"'}).status_code == 200


def test_a_restored_row_changes_as_before(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    noun.delete(client, row)
    restored = client.post(f"{noun.path_of(row)}/restore").json()
    assert_problem(noun.retitle(client, row, "Gemini"), 412)
    assert noun.retitle(client, restored, "Gemini").json()["version"] == 4


@pytest.mark.parametrize("row_id", [ABSENT, "not-a-uuid"])
def test_an_absent_row_is_not_restored(client: Client, noun: Noun, row_id: str) -> None:
    assert_problem(client.post(f"{noun.path}/{row_id}/restore"), 404)


def test_of_many_who_delete_one_does(client: Client, noun: Noun) -> None:
    row = noun.make(client)

    def delete(_number: int) -> int:
        return client.delete(noun.path_of(row), headers={"If-Match": "*"}).status_code

    with ThreadPoolExecutor(10) as callers:
        assert sorted(callers.map(delete, range(10))) == [204] + [404] * 9


def test_of_many_who_restore_all_see_the_same(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    noun.delete(client, row)

    def restore(_number: int) -> tuple[int, int]:
        response = client.post(f"{noun.path_of(row)}/restore")
        return response.status_code, response.json()["version"]

    with ThreadPoolExecutor(10) as callers:
        assert set(callers.map(restore, range(10))) == {(200, 3)}
