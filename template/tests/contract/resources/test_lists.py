"""Lists of any resource: their shape, sorts and bounds (template-owned; contract, "Lists")."""

import pytest
from httpx2 import Client
from tests.contract.nouns import ABSENT, Noun, ids
from tests.contract.problems import assert_problem

NOT_A_SORT = ["", "id", "description", "-", "--created_at", "CREATED_AT", "created_at,id", "created_at desc"]


def test_a_list_holds_items_and_the_next_cursor(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    response = client.get(noun.path, params={"limit": 1})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert "etag" not in response.headers
    body = response.json()
    assert set(body) == {"items", "next_cursor"}
    assert set(body["items"][0]) == set(row)


def test_an_item_of_a_list_is_the_resource_itself(client: Client, noun: Noun) -> None:
    row = noun.make(client, **noun.others)
    [listed] = [item for item in noun.walk(client) if item["id"] == row["id"]]
    assert listed == row == noun.read(client, row)


def test_a_page_has_20_items_unless_told(client: Client, noun: Noun) -> None:
    for _ in range(21):
        noun.make(client)
    assert len(client.get(noun.path).json()["items"]) == 20
    assert len(client.get(noun.path, params={"limit": 21}).json()["items"]) == 21
    assert len(client.get(noun.path, params={"limit": 1}).json()["items"]) == 1


def test_a_page_has_up_to_100_items(client: Client, noun: Noun) -> None:
    assert client.get(noun.path, params={"limit": 100}).status_code == 200


@pytest.mark.parametrize("sort", NOT_A_SORT)
def test_an_unknown_sort_is_refused(client: Client, noun: Noun, sort: str) -> None:
    assert_problem(client.get(noun.path, params={"sort": sort}), 422, "/query/sort")


def test_all_wrong_queries_are_named_at_once(client: Client, noun: Noun) -> None:
    response = client.get(noun.path, params={"limit": "0", "sort": "id", "page": "1"})
    assert_problem(response, 422, "/query/limit", "/query/page", "/query/sort")


def test_no_query_is_echoed(client: Client, noun: Noun) -> None:
    names = ("limit", "sort", "cursor", "deleted", *noun.filters)
    response = client.get(noun.path, params=dict.fromkeys(names, "c4n4ry-7d1e"))
    assert response.status_code == 422
    assert "c4n4ry-7d1e" not in response.text


def test_the_newest_come_first(client: Client, noun: Noun) -> None:
    made = [noun.make(client) for _ in range(3)]
    newest_first = [row["id"] for row in reversed(made)]
    assert ids(noun.walk(client), among=made) == newest_first
    assert ids(noun.walk(client, sort="-created_at"), among=made) == newest_first
    assert ids(noun.walk(client, sort="created_at"), among=made) == newest_first[::-1]


def test_lists_sort_by_the_last_change(client: Client, noun: Noun) -> None:
    first, second, third = made = [noun.make(client) for _ in range(3)]
    noun.retitle(client, first, "Changed last.")
    order = [second["id"], third["id"], first["id"]]
    assert ids(noun.walk(client, sort="updated_at"), among=made) == order
    assert ids(noun.walk(client, sort="-updated_at"), among=made) == order[::-1]


def test_a_filter_for_what_there_is_not_gives_an_empty_list(client: Client, noun: Noun) -> None:
    for name in (name for name, value in noun.filters.items() if value == ABSENT):
        response = client.get(noun.path, params={name: ABSENT})
        assert response.status_code == 200
        assert response.json() == {"items": [], "next_cursor": None}


def test_filters_hold_for_the_deleted_too(client: Client, noun: Noun) -> None:
    few = noun.few(client)
    kept, deleted = made = [noun.make(client, **few) for _ in range(2)]
    noun.delete(client, deleted)
    assert ids(noun.walk(client, **few), among=made) == [kept["id"]]
    assert ids(noun.walk(client, deleted="true", **few), among=made) == [deleted["id"]]
