"""Lists: their shape, filters, sorts and bounds (sample: yours after the first render)."""

from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Client
from tests.contract.problems import assert_problem
from tests.contract.projects.steps import PROJECTS, create_project, ids, patch_project, unique_name, walk

NOT_A_SORT = [
    "",
    "id",
    "visibility",
    "-",
    "--name",
    "NAME",
    "name,created_at",
    "name desc",
    "name;DROP TABLE projects",
]


def test_a_list_holds_items_and_the_next_cursor(client: Client) -> None:
    project = create_project(client)
    response = client.get(PROJECTS, params={"limit": 1})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert "etag" not in response.headers
    body = response.json()
    assert set(body) == {"items", "next_cursor"}
    assert set(body["items"][0]) == set(project)


def test_an_item_of_a_list_is_the_resource_itself(client: Client) -> None:
    project = create_project(client, description="Reach orbit.", visibility="public")
    [listed] = [item for item in walk(client, limit=100) if item["id"] == project["id"]]
    assert listed == project == client.get(f"{PROJECTS}/{project['id']}").json()


def test_a_page_has_20_items_unless_told(client: Client) -> None:
    for _ in range(21):
        create_project(client)
    assert len(client.get(PROJECTS).json()["items"]) == 20
    assert len(client.get(PROJECTS, params={"limit": 21}).json()["items"]) == 21
    assert len(client.get(PROJECTS, params={"limit": 1}).json()["items"]) == 1


def test_a_page_has_up_to_100_items(client: Client) -> None:
    assert client.get(PROJECTS, params={"limit": 100}).status_code == 200


@pytest.mark.parametrize("sort", NOT_A_SORT)
def test_an_unknown_sort_is_refused(client: Client, sort: str) -> None:
    assert_problem(client.get(PROJECTS, params={"sort": sort}), 422, "/query/sort")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("visibility", "secret"),
        ("visibility", ""),
        ("visibility", "public\x00"),
        ("created_by", "me"),
        ("created_by", "' OR 1=1 --"),
        ("created_by", "\x00"),
        ("deleted", "maybe"),
        ("deleted", ""),
        ("page", "1"),
        ("offset", "10"),
        ("name", "Apollo"),
        ("Limit", "1"),
        ("limit[]", "1"),
        ("a/b~c", "1"),
    ],
)
def test_a_wrong_or_unknown_query_is_named(client: Client, name: str, value: str) -> None:
    pointer = name.replace("~", "~0").replace("/", "~1")
    assert_problem(client.get(PROJECTS, params={name: value}), 422, f"/query/{pointer}")


def test_all_wrong_queries_are_named_at_once(client: Client) -> None:
    response = client.get(PROJECTS, params={"limit": "0", "sort": "id", "page": "1"})
    assert_problem(response, 422, "/query/limit", "/query/page", "/query/sort")


def test_no_query_is_echoed(client: Client) -> None:
    names = ("limit", "sort", "cursor", "visibility", "created_by", "deleted")
    response = client.get(PROJECTS, params=dict.fromkeys(names, "c4n4ry-7d1e"))
    assert response.status_code == 422
    assert "c4n4ry-7d1e" not in response.text


def test_the_newest_come_first(client: Client) -> None:
    made = [create_project(client) for _ in range(3)]
    newest_first = [project["id"] for project in reversed(made)]
    assert ids(walk(client, limit=100), among=made) == newest_first
    assert ids(walk(client, limit=100, sort="-created_at"), among=made) == newest_first
    assert ids(walk(client, limit=100, sort="created_at"), among=made) == newest_first[::-1]


def test_lists_sort_by_the_last_change(client: Client) -> None:
    first, second, third = made = [create_project(client) for _ in range(3)]
    patch_project(client, first, {"description": "Changed last."})
    order = [second["id"], third["id"], first["id"]]
    assert ids(walk(client, limit=100, sort="updated_at"), among=made) == order
    assert ids(walk(client, limit=100, sort="-updated_at"), among=made) == order[::-1]


def test_lists_sort_by_name(client: Client) -> None:
    name = unique_name("sorted")
    made = [create_project(client, name=f"{name} {letter}") for letter in "cab"]
    order = [made[index]["id"] for index in (1, 2, 0)]
    assert ids(walk(client, limit=100, sort="name"), among=made) == order
    assert ids(walk(client, limit=100, sort="-name"), among=made) == order[::-1]


def test_a_list_can_hold_one_visibility(client: Client) -> None:
    inside, outside = made = [create_project(client, visibility=word) for word in ("organization", "public")]
    for visibility, project in (("organization", inside), ("public", outside)):
        listed = walk(client, limit=100, visibility=visibility)
        assert ids(listed, among=made) == [project["id"]]
        assert {item["visibility"] for item in listed} == {visibility}


def test_a_list_can_hold_what_one_user_made(client: Client) -> None:
    project = create_project(client)
    listed = walk(client, limit=100, created_by=project["created_by"])
    assert ids(listed, among=[project]) == [project["id"]]
    assert {item["created_by"] for item in listed} == {project["created_by"]}


def test_what_nobody_made_is_an_empty_list(client: Client) -> None:
    response = client.get(PROJECTS, params={"created_by": str(uuid4())})
    assert response.status_code == 200
    assert response.json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("deleted", ["false", "true"])
def test_filters_add_up(client: Client, deleted: str) -> None:
    project = create_project(client, visibility="public")
    filters: dict[str, Any] = {
        "created_by": project["created_by"],
        "visibility": "organization",
        "deleted": deleted,
    }
    assert ids(walk(client, limit=100, **filters), among=[project]) == []
