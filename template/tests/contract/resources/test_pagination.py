"""Keyset pagination: no double, no gap, cursors good for one list, of any resource (template-owned)."""

import pytest
from httpx2 import Client
from tests.contract.nouns import Noun, Row, ids, known_nouns
from tests.contract.problems import assert_problem

SORTS = [(noun, f"{way}{key}") for noun in known_nouns() for key in noun.sorts for way in ("", "-")]


def cursor_of(client: Client, noun: Noun, **query: str) -> str:
    """The cursor to the second page of a list with pages of one."""
    cursor: str = client.get(noun.path, params={"limit": "1", **query}).json()["next_cursor"]
    return cursor


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_follow_each_other_without_a_double_or_a_gap(client: Client, noun: Noun, limit: int) -> None:
    made = [noun.make(client) for _ in range(7)]
    seen: list[str] = []
    for page in noun.pages(client, limit=limit):
        assert len(page) <= limit
        seen += ids(page, among=made)
        if len(seen) == len(made):
            break
    assert seen == [row["id"] for row in reversed(made)]


@pytest.mark.parametrize(("noun", "sort"), SORTS, ids=str)
def test_small_pages_hold_the_same_as_large_ones(client: Client, noun: Noun, sort: str) -> None:
    few = noun.few(client)
    made = [noun.make(client, **few, **({noun.title: "Twin"} if number % 3 else {})) for number in range(6)]
    small = ids(noun.walk(client, limit=2, sort=sort, **few), among=made)
    large = ids(noun.walk(client, sort=sort, **few), among=made)
    assert small == large
    assert sorted(small) == sorted(row["id"] for row in made)


def test_what_is_made_meanwhile_moves_no_page(client: Client, noun: Noun) -> None:
    made = [noun.make(client) for _ in range(6)]
    later: list[Row] = []
    seen: list[Row] = []
    for page in noun.pages(client, limit=2):
        seen += page
        if len(ids(seen, among=made)) == len(made):
            break
        later.append(noun.make(client))
    assert ids(seen, among=made) == [row["id"] for row in reversed(made)]
    assert ids(seen, among=later) == []


def test_what_is_made_meanwhile_stands_at_the_end_of_the_oldest_first(client: Client, noun: Noun) -> None:
    few = noun.few(client)
    made = [noun.make(client, **few) for _ in range(3)]
    later: list[Row] = []
    seen: list[Row] = []
    for page in noun.pages(client, limit=2, sort="created_at", **few):
        seen += page
        if not later:
            later += [noun.make(client, **few) for _ in range(3)]
    assert ids(seen, among=[*made, *later]) == [row["id"] for row in [*made, *later]]


def test_the_row_of_a_cursor_may_be_deleted(client: Client, noun: Noun) -> None:
    oldest, middle, newest = made = [noun.make(client) for _ in range(3)]
    walked = noun.pages(client, limit=1)
    seen = []
    for page in walked:
        seen += page
        if ids(page, among=[newest]):
            noun.delete(client, newest)
        if ids(page, among=[oldest]):
            break
    assert ids(seen, among=made) == [newest["id"], middle["id"], oldest["id"]]


def test_a_change_moves_no_page_of_the_newest_first(client: Client, noun: Noun) -> None:
    made = [noun.make(client) for _ in range(4)]
    seen = []
    for page in noun.pages(client, limit=1):
        seen += page
        if len(ids(seen, among=made)) == len(made):
            break
        noun.retitle(client, made[0], f"After {len(seen)} pages.", if_match="*")
    assert ids(seen, among=made) == [row["id"] for row in reversed(made)]


def test_a_full_last_page_is_the_last(client: Client, noun: Noun) -> None:
    noun.make(client)
    cursor: dict[str, str] = {}
    while (body := client.get(noun.path, params={"limit": "7", **cursor}).json())["next_cursor"] is not None:
        cursor = {"cursor": body["next_cursor"]}
    exactly = {"limit": str(len(body["items"]))}
    again = client.get(noun.path, params={**exactly, **cursor}).json()
    assert again == {"items": body["items"], "next_cursor": None}


def test_a_cursor_is_good_for_its_list_alone(client: Client, noun: Noun) -> None:
    for _ in range(2):
        noun.make(client)
    cursor = cursor_of(client, noun)
    sorts = [{"sort": f"{way}{key}"} for key in noun.sorts for way in ("", "-") if (way, key) != ("-", "created_at")]
    filters = [{name: value} for name, value in noun.filters.items()]
    for other in (*sorts, *filters, {"deleted": "true"}):
        assert_problem(client.get(noun.path, params={"cursor": cursor, **other}), 422, "/query/cursor")


def test_a_cursor_of_a_filtered_list_is_no_cursor_of_the_whole(client: Client, noun: Noun) -> None:
    few = noun.few(client)
    for _ in range(2):
        noun.make(client, **few)
    cursor = cursor_of(client, noun, **few)
    assert client.get(noun.path, params={"cursor": cursor, **few}).status_code == 200
    assert_problem(client.get(noun.path, params={"cursor": cursor}), 422, "/query/cursor")


def test_a_cursor_may_go_on_with_another_limit_and_the_same_list_spelled_out(client: Client, noun: Noun) -> None:
    for _ in range(2):
        noun.make(client)
    query = {"cursor": cursor_of(client, noun), "limit": "5", "sort": "-created_at", "deleted": "false"}
    assert client.get(noun.path, params=query).status_code == 200


@pytest.mark.parametrize("place", [0, 3, 20, 30, 40])
def test_a_cursor_that_was_changed_is_refused(client: Client, noun: Noun, place: int) -> None:
    for _ in range(2):
        noun.make(client)
    cursor = cursor_of(client, noun)
    forged = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
    assert_problem(client.get(noun.path, params={"cursor": forged}), 422, "/query/cursor")


@pytest.mark.parametrize("change", ["{}A", "{}!", "!{}", "{}\x00", "{} ", "{0}{0}"])
def test_a_cursor_with_something_added_is_refused(client: Client, noun: Noun, change: str) -> None:
    for _ in range(2):
        noun.make(client)
    forged = change.format(cursor_of(client, noun))
    assert_problem(client.get(noun.path, params={"cursor": forged}), 422, "/query/cursor")
