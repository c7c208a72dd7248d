"""Deleting and restoring: nothing is gone for good (sample: yours after the first render)."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from httpx2 import Client
from tests.contract.problems import assert_problem
from tests.contract.projects.steps import (
    PROJECTS,
    create_project,
    delete_project,
    ids,
    patch_project,
    path_of,
    read_project,
    walk,
)

TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
ABSENT = f"{PROJECTS}/3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f"


def test_deleting_answers_with_nothing(client: Client) -> None:
    project = create_project(client)
    response = client.delete(path_of(project), headers={"If-Match": '"1"'})
    assert response.status_code == 204
    assert response.content == b""
    assert "etag" not in response.headers


@pytest.mark.parametrize("tag", [None, "*", '"1"', '"2"'])
def test_a_deleted_project_is_not_found(client: Client, tag: str | None) -> None:
    project = create_project(client)
    delete_project(client, project)
    given = {} if tag is None else {"If-Match": tag}
    body = {"name": "Gemini"}
    assert_problem(client.get(path_of(project), headers=given), 404)
    assert_problem(client.put(path_of(project), json=body, headers=given), 404)
    assert_problem(client.patch(path_of(project), json=body, headers=given), 404)
    assert_problem(client.delete(path_of(project), headers=given), 404)


def test_a_deleted_project_stands_in_the_list_of_the_deleted_alone(client: Client) -> None:
    kept, deleted = create_project(client), create_project(client)
    delete_project(client, deleted)
    both = [kept, deleted]
    assert ids(walk(client, limit=100), among=both) == [kept["id"]]
    assert ids(walk(client, limit=100, deleted="false"), among=both) == [kept["id"]]
    assert ids(walk(client, limit=100, deleted="true"), among=both) == [deleted["id"]]


def test_a_deleted_project_says_when_and_by_whom(client: Client) -> None:
    project = create_project(client, description="Reach orbit.")
    delete_project(client, project)
    [gone] = [other for other in walk(client, limit=100, deleted="true") if other["id"] == project["id"]]
    assert TIME.fullmatch(gone["deleted_at"])
    assert gone["deleted_at"] >= project["created_at"]
    assert gone["version"] == 2
    assert gone["updated_by"] == project["created_by"]
    assert (gone["name"], gone["description"]) == (project["name"], "Reach orbit.")


def test_the_list_of_the_deleted_holds_no_live_project(client: Client) -> None:
    delete_project(client, create_project(client))
    assert all(project["deleted_at"] is not None for project in walk(client, limit=100, deleted="true"))
    assert all(project["deleted_at"] is None for project in walk(client, limit=100))


def test_restoring_brings_a_project_back(client: Client) -> None:
    project = create_project(client, description="Reach orbit.", visibility="public")
    delete_project(client, project)
    response = client.post(f"{path_of(project)}/restore")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["etag"] == '"3"'
    restored = response.json()
    same = {name: project[name] for name in ("id", "name", "description", "visibility", "created_at", "created_by")}
    assert {name: restored[name] for name in same} == same
    assert (restored["version"], restored["deleted_at"]) == (3, None)
    assert read_project(client, project) == restored
    assert ids(walk(client, limit=100, deleted="true"), among=[project]) == []


def test_restoring_a_live_project_changes_nothing(client: Client) -> None:
    project = create_project(client)
    response = client.post(f"{path_of(project)}/restore")
    assert response.status_code == 200
    assert response.headers["etag"] == '"1"'
    assert response.json() == project == read_project(client, project)


def test_restoring_twice_is_restoring_once(client: Client) -> None:
    project = create_project(client)
    delete_project(client, project)
    first, second = (client.post(f"{path_of(project)}/restore") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()


def test_restoring_asks_no_version(client: Client) -> None:
    project = create_project(client)
    delete_project(client, project)
    assert client.post(f"{path_of(project)}/restore", headers={"If-Match": '"7"'}).status_code == 200


def test_a_restored_project_changes_as_before(client: Client) -> None:
    project = create_project(client)
    delete_project(client, project)
    restored = client.post(f"{path_of(project)}/restore").json()
    assert_problem(patch_project(client, project, {"name": "Gemini"}), 412)
    assert patch_project(client, restored, {"name": "Gemini"}).json()["version"] == 4


@pytest.mark.parametrize("path", [f"{ABSENT}/restore", f"{PROJECTS}/not-a-uuid/restore"])
def test_an_absent_project_is_not_restored(client: Client, path: str) -> None:
    assert_problem(client.post(path), 404)


def test_of_many_who_delete_one_does(client: Client) -> None:
    project = create_project(client)

    def delete(_number: int) -> int:
        return client.delete(path_of(project), headers={"If-Match": "*"}).status_code

    with ThreadPoolExecutor(10) as callers:
        assert sorted(callers.map(delete, range(10))) == [204] + [404] * 9


def test_of_many_who_restore_all_see_the_same(client: Client) -> None:
    project = create_project(client)
    delete_project(client, project)

    def restore(_number: int) -> tuple[int, int]:
        response = client.post(f"{path_of(project)}/restore")
        return response.status_code, response.json()["version"]

    with ThreadPoolExecutor(10) as callers:
        assert set(callers.map(restore, range(10))) == {(200, 3)}
