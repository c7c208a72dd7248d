"""Keyset pagination: no double, no gap, cursors good for one list (sample: yours after the first render)."""

import pytest
from httpx2 import Client
from tests.contract.problems import assert_problem
from tests.contract.projects.steps import (
    PROJECTS,
    Project,
    create_project,
    delete_project,
    ids,
    pages,
    patch_project,
    unique_name,
    walk,
)


def cursor_of(client: Client, **query: str) -> str:
    """The cursor to the second page of a list with pages of one."""
    cursor: str = client.get(PROJECTS, params={"limit": "1", **query}).json()["next_cursor"]
    return cursor


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_follow_each_other_without_a_double_or_a_gap(client: Client, limit: int) -> None:
    made = [create_project(client) for _ in range(7)]
    seen: list[str] = []
    for page in pages(client, limit=limit):
        assert len(page) <= limit
        seen += ids(page, among=made)
        if len(seen) == len(made):
            break
    assert seen == [project["id"] for project in reversed(made)]


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "updated_at", "-updated_at", "name", "-name"])
def test_small_pages_hold_the_same_as_large_ones(client: Client, sort: str) -> None:
    name = unique_name("paged")
    made = [create_project(client, name=f"{name} {number % 3}") for number in range(6)]
    small = ids(walk(client, limit=7, sort=sort), among=made)
    large = ids(walk(client, limit=100, sort=sort), among=made)
    assert small == large
    assert sorted(small) == sorted(project["id"] for project in made)


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_equal_sort_values_are_no_reason_for_a_double_or_a_gap(client: Client, sort: str) -> None:
    name = unique_name("equal")
    made = [create_project(client, name=name) for _ in range(5)]
    seen = ids(walk(client, limit=2, sort=sort), among=made)
    assert sorted(seen) == sorted(project["id"] for project in made)


def test_what_is_made_meanwhile_moves_no_page(client: Client) -> None:
    made = [create_project(client) for _ in range(6)]
    later: list[Project] = []
    seen: list[Project] = []
    for page in pages(client, limit=2):
        seen += page
        if len(ids(seen, among=made)) == len(made):
            break
        later.append(create_project(client))
    assert ids(seen, among=made) == [project["id"] for project in reversed(made)]
    assert ids(seen, among=later) == []


def test_what_is_made_meanwhile_stands_at_the_end_of_the_oldest_first(client: Client) -> None:
    # Public ones, of which there are few: more than one page, so that the first is never the last.
    made = [create_project(client, visibility="public") for _ in range(3)]
    later: list[Project] = []
    seen: list[Project] = []
    for page in pages(client, limit=2, sort="created_at", visibility="public"):
        seen += page
        if not later:
            later += [create_project(client, visibility="public") for _ in range(3)]
    assert ids(seen, among=[*made, *later]) == [project["id"] for project in [*made, *later]]


def test_the_row_of_a_cursor_may_be_deleted(client: Client) -> None:
    oldest, middle, newest = made = [create_project(client) for _ in range(3)]
    walked = pages(client, limit=1)
    seen = []
    for page in walked:
        seen += page
        if ids(page, among=[newest]):
            delete_project(client, newest)
        if ids(page, among=[oldest]):
            break
    assert ids(seen, among=made) == [newest["id"], middle["id"], oldest["id"]]


def test_a_change_moves_no_page_of_the_newest_first(client: Client) -> None:
    made = [create_project(client) for _ in range(4)]
    seen = []
    for page in pages(client, limit=1):
        seen += page
        if len(ids(seen, among=made)) == len(made):
            break
        patch_project(client, made[0], {"description": f"After {len(seen)} pages."}, if_match="*")
    assert ids(seen, among=made) == [project["id"] for project in reversed(made)]


def test_a_full_last_page_is_the_last(client: Client) -> None:
    create_project(client)
    cursor: dict[str, str] = {}
    while (body := client.get(PROJECTS, params={"limit": "7", **cursor}).json())["next_cursor"] is not None:
        cursor = {"cursor": body["next_cursor"]}
    exactly = {"limit": str(len(body["items"]))}
    again = client.get(PROJECTS, params={**exactly, **cursor}).json()
    assert again == {"items": body["items"], "next_cursor": None}


@pytest.mark.parametrize(
    "other",
    [
        {"sort": "created_at"},
        {"sort": "name"},
        {"sort": "-updated_at"},
        {"visibility": "organization"},
        {"created_by": "3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f"},
        {"deleted": "true"},
    ],
)
def test_a_cursor_is_good_for_its_list_alone(client: Client, other: dict[str, str]) -> None:
    for _ in range(2):
        create_project(client)
    cursor = cursor_of(client)
    assert_problem(client.get(PROJECTS, params={"cursor": cursor, **other}), 422, "/query/cursor")


def test_a_cursor_of_a_filtered_list_is_no_cursor_of_the_whole(client: Client) -> None:
    for _ in range(2):
        create_project(client, visibility="public")
    cursor = cursor_of(client, visibility="public")
    assert client.get(PROJECTS, params={"cursor": cursor, "visibility": "public"}).status_code == 200
    assert_problem(client.get(PROJECTS, params={"cursor": cursor}), 422, "/query/cursor")
    other = {"cursor": cursor, "visibility": "organization"}
    assert_problem(client.get(PROJECTS, params=other), 422, "/query/cursor")


def test_a_cursor_may_go_on_with_another_limit_and_the_same_list_spelled_out(client: Client) -> None:
    for _ in range(2):
        create_project(client)
    query = {"cursor": cursor_of(client), "limit": "5", "sort": "-created_at", "deleted": "false"}
    assert client.get(PROJECTS, params=query).status_code == 200


@pytest.mark.parametrize("place", [0, 3, 20, 30, 40])
def test_a_cursor_that_was_changed_is_refused(client: Client, place: int) -> None:
    for _ in range(2):
        create_project(client)
    cursor = cursor_of(client)
    forged = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
    assert_problem(client.get(PROJECTS, params={"cursor": forged}), 422, "/query/cursor")


@pytest.mark.parametrize("change", ["{}A", "{}!", "!{}", "{}\x00", "{} ", "{0}{0}"])
def test_a_cursor_with_something_added_is_refused(client: Client, change: str) -> None:
    for _ in range(2):
        create_project(client)
    forged = change.format(cursor_of(client))
    assert_problem(client.get(PROJECTS, params={"cursor": forged}), 422, "/query/cursor")
