"""What is found, by whom, in which order (template-owned; contract, "GET /search")."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Client
from tests.contract.nouns import Noun, Row, known_nouns
from tests.contract.operations import Cast
from tests.contract.people import Person, SeededPeople
from tests.contract.problems import assert_problem
from tests.contract.roles import scopes_of
from tests.contract.search.calls import SEARCH

FIELDS = {"resource", "id", "title", "highlights"}
# A worker, an outbox and a server's second: on a busy machine all of that takes a while.
SECONDS = 60
EACH = pytest.mark.parametrize("noun", known_nouns(), ids=str)


def page(client: Client, q: str, **query: Any) -> dict[str, Any]:
    deadline = time.monotonic() + SECONDS
    while (response := client.get(SEARCH, params={"q": q, **query})).status_code == 503:
        # Its server was too slow on a busy machine, and it says when to try again.
        assert time.monotonic() < deadline, response.text
        time.sleep(float(response.headers["Retry-After"]))
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def ids_of(body: dict[str, Any]) -> list[str]:
    return [item["id"] for item in body["items"]]


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what was written to be found."""
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it is not found as it should be"
        time.sleep(0.2)


def until_found(client: Client, q: str, *expected: Row, **query: Any) -> dict[str, Any]:
    wanted = [row["id"] for row in expected]
    until(lambda: ids_of(page(client, q, **query)) == wanted)
    return page(client, q, **query)


def a_word() -> str:
    """One that nothing else holds."""
    return f"w{uuid4().hex}"


def name_of(noun: Noun) -> str:
    return noun.plural.removesuffix("s")


@EACH
def test_a_row_is_found_by_its_words(client: Client, noun: Noun) -> None:
    word = a_word()
    row = noun.make(client, **{noun.title: f"Großes <{word}> Büro"})

    body = until_found(client, f"buro {word[:20].upper()}", row)

    (item,) = body["items"]
    assert set(item) == FIELDS
    assert (item["resource"], item["title"]) == (name_of(noun), row[noun.title])
    assert item["highlights"] == [f"Großes &lt;<em>{word}</em>&gt; <em>Büro</em>"]
    assert body["next_cursor"] is None
    assert ids_of(page(client, f"{word} absent")) == []


@EACH
def test_what_changes_is_found_as_it_is_now(client: Client, noun: Noun) -> None:
    before, after = a_word(), a_word()
    row = noun.make(client, **{noun.title: before})
    until_found(client, before, row)

    assert noun.retitle(client, row, after).status_code == 200
    until_found(client, after, row)
    assert ids_of(page(client, before)) == []


@EACH
def test_what_is_deleted_is_not_found_until_it_is_restored(client: Client, noun: Noun) -> None:
    word = a_word()
    row = noun.make(client, **{noun.title: word})
    until_found(client, word, row)

    noun.delete(client, row)
    until_found(client, word)
    assert client.post(f"{noun.path_of(row)}/restore").status_code == 200
    until_found(client, word, row)


@EACH
def test_titles_come_first_and_then_the_newest(client: Client, noun: Noun) -> None:
    word = a_word()
    rows = [
        noun.make(client, **{noun.title: word}),
        noun.make(client, description=f"about {word}"),
        noun.make(client, **{noun.title: f"the {word}"}),
        noun.make(client, description=f"more about {word}"),
    ]

    body = until_found(client, word, rows[2], rows[0], rows[3], rows[1])

    assert body["items"][2]["highlights"] == [f"more about <em>{word}</em>"]


@EACH
def test_pages_follow_each_other(client: Client, noun: Noun) -> None:
    word = a_word()
    rows = [noun.make(client, **{noun.title if number % 2 else "description": word}) for number in range(5)]
    whole = [rows[3], rows[1], rows[4], rows[2], rows[0]]
    until_found(client, word, *whole)

    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        body = page(client, word, limit=2, **cursor)
        seen += ids_of(body)
        if body["next_cursor"] is None:
            break
        cursor = {"cursor": body["next_cursor"]}
    assert seen == [row["id"] for row in whole]


@EACH
def test_a_resource_narrows(client: Client, noun: Noun) -> None:
    word = a_word()
    row = noun.make(client, **{noun.title: word})

    until_found(client, word, row, resource=name_of(noun))
    assert ids_of(page(client, word, resource="nothing")) == []
    for other in known_nouns():
        if other is not noun:
            assert ids_of(page(client, word, resource=name_of(other))) == []


@EACH
def test_nobody_sees_another_organization(client: Client, noun: Noun, acting_as: SeededPeople, people: Any) -> None:
    word = a_word()
    row = noun.make(client, **{noun.title: word})
    until_found(client, word, row)

    for stranger in (acting_as("superadmin@globex.example"), people.register()):
        assert page(stranger.client, word) == {"items": [], "next_cursor": None}
        assert ids_of(page(stranger.client, word, resource=name_of(noun))) == []


@EACH
@pytest.mark.parametrize("role", ["Guest", "Member", "Manager", "OrgAdmin", "SuperAdmin"])
def test_each_role_finds_what_it_can_read(cast: Cast, noun: Noun, role: str) -> None:
    word, boss, person = a_word(), cast.client("OrgAdmin"), cast.person(role)
    rows = [noun.make(boss, **{noun.title: word})]
    for field, value in (("assignee_id", person.id), ("visibility", "public")):
        if field in rows[0]:
            rows.append(noun.make(boss, **{noun.title: word, field: value}))
    until_found(boss, word, *reversed(rows))

    readable = [row for row in rows if person.client.get(noun.path_of(row)).status_code == 200]
    assert ids_of(page(person.client, word)) == [row["id"] for row in reversed(readable)]
    assert len(readable) == (len(rows) if "all" in scopes_of(role, f"{noun.plural}:read") else len(rows) - 1)


@EACH
def test_a_cursor_is_good_for_its_search_alone(client: Client, noun: Noun, people: Any) -> None:
    word = a_word()
    rows = [noun.make(client, **{noun.title: word}) for _ in range(2)]
    until_found(client, word, *reversed(rows))
    cursor = page(client, word, limit=1)["next_cursor"]

    assert ids_of(page(client, word, cursor=cursor)) == [rows[0]["id"]]
    for query in ({"q": "other"}, {"q": word, "resource": name_of(noun)}):
        assert_problem(client.get(SEARCH, params={**query, "cursor": cursor}), 422, "/query/cursor")
    assert_problem(people.register().client.get(SEARCH, params={"q": word, "cursor": cursor}), 422, "/query/cursor")


@pytest.mark.parametrize("q", ["...", "*", "?", "\\", "'", '"', "' OR 1=1 --", "a & !b | c:*", "{}", "\u200b", "\t \n"])
def test_what_means_something_elsewhere_is_no_more_than_its_words(registered: Person, q: str) -> None:
    assert page(registered.client, q) == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({}, "/query/q"),
        ({"q": ""}, "/query/q"),
        ({"q": "x" * 201}, "/query/q"),
        ({"q": "a\x00b"}, "/query/q"),
        ({"q": "x", "resource": ""}, "/query/resource"),
        ({"q": "x", "resource": "a" * 101}, "/query/resource"),
        ({"q": "x", "limit": "0"}, "/query/limit"),
        ({"q": "x", "limit": "101"}, "/query/limit"),
        ({"q": "x", "cursor": "x"}, "/query/cursor"),
        ({"q": "x", "sort": "title"}, "/query/sort"),
    ],
)
def test_a_wrong_query_is_refused(client: Client, query: dict[str, str], pointer: str) -> None:
    assert_problem(client.get(SEARCH, params=query), 422, pointer)


def test_as_much_as_may_be_asked_is_answered(registered: Person) -> None:
    for q in ("x" * 200, "a " * 100, "🚀" * 200, "ab1 " * 50):
        assert page(registered.client, q[:200], limit=100)["items"] == []
