"""Changing a row of any resource: PUT replaces, PATCH merges (template-owned; RFC 7396)."""

import pytest
from httpx2 import Client
from tests.contract.nouns import Noun
from tests.contract.operations import MERGE_PATCH


def test_put_replaces_all_fields(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    body = noun.body(client, **noun.others)
    response = client.put(noun.path_of(row), json=body, headers={"If-Match": '"1"'})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["etag"] == '"2"'
    changed = response.json()
    assert {name: changed[name] for name in body} == body
    assert noun.read(client, row) == changed


def test_put_gives_an_omitted_field_its_default(client: Client, noun: Noun) -> None:
    row = noun.make(client, **noun.others)
    response = client.put(noun.path_of(row), json=noun.body(client), headers={"If-Match": '"1"'})
    assert {name: response.json()[name] for name in noun.defaults} == noun.defaults


@pytest.mark.parametrize("media_type", ["application/json", MERGE_PATCH, f"{MERGE_PATCH}; charset=utf-8"])
def test_patch_changes_only_what_it_names(client: Client, noun: Noun, media_type: str) -> None:
    row = noun.make(client, **noun.others)
    given = {"Content-Type": media_type, "If-Match": '"1"'}
    response = client.patch(noun.path_of(row), content=f'{{"{noun.title}": "Land"}}'.encode(), headers=given)
    assert response.status_code == 200
    assert response.headers["etag"] == '"2"'
    changed = response.json()
    assert changed == {**row, noun.title: "Land", "version": 2, "updated_at": changed["updated_at"]}
    assert noun.read(client, row) == changed


def test_patch_takes_any_of_the_fields(client: Client, noun: Noun) -> None:
    for name, value in {noun.title: "Gemini", **noun.others}.items():
        row = noun.make(client)
        changed = noun.patch(client, row, {name: value}).json()
        assert changed == {**row, name: value, "version": 2, "updated_at": changed["updated_at"]}


def test_an_empty_patch_changes_no_field(client: Client, noun: Noun) -> None:
    row = noun.make(client, **noun.others)
    response = noun.patch(client, row, {})
    assert response.status_code == 200
    moved = {name: response.json()[name] for name in ("version", "updated_at")}
    assert response.json() == {**row, **moved}
    assert response.headers["etag"] == f'"{response.json()["version"]}"'
    assert noun.read(client, row) == response.json()


def test_every_change_raises_the_version_by_one_and_the_time(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    for version in (2, 3, 4):
        changed = noun.retitle(client, row, f"Stage {version}.").json()
        assert changed["version"] == version
        assert changed["updated_at"] > row["updated_at"]
        assert changed["created_at"] == row["created_at"]
        row = changed


def test_a_change_says_who_made_it(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    changed = noun.retitle(client, row, "Gemini").json()
    assert changed["updated_by"] == row["created_by"] == changed["created_by"]
    assert changed["deleted_at"] is None


def test_a_change_has_no_location(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    assert "location" not in noun.retitle(client, row, "Gemini").headers
