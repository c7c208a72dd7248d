"""Sort keys and filters of the list of projects (sample: yours after the first render)."""

import pytest
from httpx2 import Client
from tests.contract.nouns import ids, unique
from tests.contract.projects.steps import NOUN as PROJECTS


def test_lists_sort_by_name(client: Client) -> None:
    name = unique("sorted")
    made = [PROJECTS.make(client, name=f"{name} {letter}") for letter in "cab"]
    order = [made[index]["id"] for index in (1, 2, 0)]
    assert ids(PROJECTS.walk(client, sort="name"), among=made) == order
    assert ids(PROJECTS.walk(client, sort="-name"), among=made) == order[::-1]


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_equal_names_are_no_reason_for_a_double_or_a_gap(client: Client, sort: str) -> None:
    name = unique("equal")
    made = [PROJECTS.make(client, name=name) for _ in range(5)]
    seen = ids(PROJECTS.walk(client, limit=2, sort=sort), among=made)
    assert sorted(seen) == sorted(project["id"] for project in made)


def test_a_list_can_hold_one_visibility(client: Client) -> None:
    inside, outside = made = [PROJECTS.make(client, visibility=word) for word in ("organization", "public")]
    for visibility, project in (("organization", inside), ("public", outside)):
        listed = PROJECTS.walk(client, visibility=visibility)
        assert ids(listed, among=made) == [project["id"]]
        assert {item["visibility"] for item in listed} == {visibility}


def test_a_list_can_hold_what_one_user_made(client: Client) -> None:
    project = PROJECTS.make(client)
    listed = PROJECTS.walk(client, created_by=project["created_by"])
    assert ids(listed, among=[project]) == [project["id"]]
    assert {item["created_by"] for item in listed} == {project["created_by"]}


def test_filters_add_up(client: Client) -> None:
    project = PROJECTS.make(client, visibility="public")
    filters = {"created_by": project["created_by"], "visibility": "organization"}
    assert ids(PROJECTS.walk(client, **filters), among=[project]) == []
