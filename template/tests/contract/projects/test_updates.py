"""Changing a project: PUT replaces, PATCH merges (sample: yours after the first render; RFC 7396)."""

from typing import Any

import pytest
from httpx2 import Client
from tests.contract.projects.steps import (
    MERGE_PATCH,
    create_project,
    patch_project,
    path_of,
    read_project,
    unique_name,
)


def test_put_replaces_all_fields(client: Client) -> None:
    project = create_project(client)
    body = {"name": unique_name(), "description": "Reach orbit.", "visibility": "public"}
    response = client.put(path_of(project), json=body, headers={"If-Match": '"1"'})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["etag"] == '"2"'
    changed = response.json()
    assert {name: changed[name] for name in body} == body
    assert read_project(client, project) == changed


def test_put_gives_an_omitted_field_its_default(client: Client) -> None:
    project = create_project(client, description="Reach orbit.", visibility="public")
    response = client.put(path_of(project), json={"name": "Gemini"}, headers={"If-Match": '"1"'})
    body = response.json()
    assert (body["name"], body["description"], body["visibility"]) == ("Gemini", "", "organization")


@pytest.mark.parametrize("media_type", ["application/json", MERGE_PATCH, f"{MERGE_PATCH}; charset=utf-8"])
def test_patch_changes_only_what_it_names(client: Client, media_type: str) -> None:
    project = create_project(client, description="Reach orbit.", visibility="public")
    given = {"Content-Type": media_type, "If-Match": '"1"'}
    response = client.patch(path_of(project), content=b'{"description": "Land."}', headers=given)
    assert response.status_code == 200
    assert response.headers["etag"] == '"2"'
    kept = {name: project[name] for name in ("id", "name", "visibility", "created_at", "created_by")}
    changed = response.json()
    assert {name: changed[name] for name in kept} == kept
    assert (changed["description"], changed["version"]) == ("Land.", 2)
    assert read_project(client, project) == changed


@pytest.mark.parametrize(
    "fields",
    [{"name": "Gemini"}, {"description": ""}, {"visibility": "public"}, {"name": "x", "description": "y"}],
)
def test_patch_takes_any_of_the_fields(client: Client, fields: dict[str, Any]) -> None:
    project = create_project(client, description="Reach orbit.")
    changed = patch_project(client, project, fields).json()
    assert {name: changed[name] for name in fields} == fields


def test_an_empty_patch_changes_no_field(client: Client) -> None:
    project = create_project(client, description="Reach orbit.", visibility="public")
    response = patch_project(client, project, {})
    assert response.status_code == 200
    same = {name: project[name] for name in ("name", "description", "visibility", "created_at")}
    assert {name: response.json()[name] for name in same} == same
    assert response.headers["etag"] == f'"{response.json()["version"]}"'
    assert read_project(client, project) == response.json()


def test_every_change_raises_the_version_by_one_and_the_time(client: Client) -> None:
    project = create_project(client)
    for version in (2, 3, 4):
        changed = patch_project(client, project, {"description": f"Stage {version}."}).json()
        assert changed["version"] == version
        assert changed["updated_at"] > project["updated_at"]
        assert changed["created_at"] == project["created_at"]
        project = changed


def test_a_change_says_who_made_it(client: Client) -> None:
    project = create_project(client)
    changed = patch_project(client, project, {"name": "Gemini"}).json()
    assert changed["updated_by"] == project["created_by"] == changed["created_by"]
    assert changed["deleted_at"] is None


def test_a_change_has_no_location(client: Client) -> None:
    project = create_project(client)
    assert "location" not in patch_project(client, project, {"name": "Gemini"}).headers
