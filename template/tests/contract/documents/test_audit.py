"""Who changed what: one entry for each write to a resource (template-owned; contract, "GET /audit")."""

import time
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Client
from tests.contract.documents.calls import AUDIT
from tests.contract.nouns import Noun, Row, known_nouns, unique
from tests.contract.people import Person, SeededPeople
from tests.contract.problems import assert_problem

CURRENT = "/api/v1/organizations/current"
FIELDS = {"id", "action", "timestamp", "user_id", "resource", "resource_id", "changes"}
SECONDS = 30


def page(client: Client, **query: Any) -> dict[str, Any]:
    response = client.get(AUDIT, params=query)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def entries(client: Client, number: int, **query: Any) -> list[Row]:
    """The entries, once there are so many: they are written a moment after what they tell."""
    deadline = time.monotonic() + SECONDS
    while len(found := page(client, **query)["items"]) < number and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(found) == number
    return list(found)


def rename(person: Person, name: str) -> None:
    renamed = person.client.patch(CURRENT, json={"name": name}, headers={"If-Match": "*"})
    assert renamed.status_code == 200, renamed.text


def test_a_registration_is_told_of_both_that_it_made(registered: Person) -> None:
    (organization,) = entries(registered.client, 1, resource="organization", id=registered.claims["org"])
    (user,) = entries(registered.client, 1, resource="user", id=registered.id)
    for entry in (organization, user):
        assert set(entry) == FIELDS
        assert (entry["action"], entry["user_id"]) == ("created", registered.id)
    assert user["changes"]["role"] == {"from": None, "to": "OrgAdmin"}
    assert organization["changes"]["name"]["from"] is None


def test_an_update_is_told_from_what_to_what(registered: Person) -> None:
    before = registered.client.get(CURRENT).json()["name"]
    rename(registered, "Engines")
    entry, _ = entries(registered.client, 2, resource="organization")
    assert (entry["action"], entry["resource"], entry["resource_id"], entry["user_id"], entry["changes"]) == (
        "updated",
        "organization",
        registered.claims["org"],
        registered.id,
        {"name": {"from": before, "to": "Engines"}},
    )
    assert entry["timestamp"].endswith("Z")
    assert datetime.fromisoformat(entry["timestamp"]).utcoffset() is not None


def test_a_change_of_nothing_is_not_told(registered: Person) -> None:
    rename(registered, "Engines")
    rename(registered, "Engines")
    rename(registered, "Levers")
    assert len(entries(registered.client, 3, resource="organization")) == 3


@pytest.mark.parametrize("noun", known_nouns(), ids=str)
def test_each_write_to_a_row_is_told(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    title = unique()
    noun.retitle(client, row, title)
    noun.delete(client, row)
    assert client.post(f"{noun.path_of(row)}/restore").status_code == 200
    told = entries(client, 4, resource=noun.plural.removesuffix("s"), id=row["id"])
    assert [entry["action"] for entry in told] == ["restored", "deleted", "updated", "created"]
    restored, deleted, updated, created = (entry["changes"] for entry in told)
    assert created[noun.title] == {"from": None, "to": row[noun.title]}
    assert updated == {noun.title: {"from": row[noun.title], "to": title}}
    assert deleted["deleted_at"]["from"] is None
    assert restored == {"deleted_at": {"from": deleted["deleted_at"]["to"], "to": None}}


def test_pages_follow_each_other_newest_first(registered: Person) -> None:
    for number in range(5):
        rename(registered, f"Engines {number}")
    whole = entries(registered.client, 7)
    seen: list[Row] = []
    cursor: dict[str, str] = {}
    while True:
        body = page(registered.client, limit=2, **cursor)
        seen += body["items"]
        if body["next_cursor"] is None:
            break
        cursor = {"cursor": body["next_cursor"]}
    assert seen == whole
    assert [entry["timestamp"] for entry in seen] == sorted((entry["timestamp"] for entry in seen), reverse=True)


def test_a_cursor_is_good_for_its_list_alone(registered: Person, people: Any) -> None:
    rename(registered, "Engines")
    entries(registered.client, 3)
    cursor = page(registered.client, limit=1)["next_cursor"]
    assert_problem(registered.client.get(AUDIT, params={"cursor": cursor, "resource": "user"}), 422, "/query/cursor")
    assert_problem(people.register().client.get(AUDIT, params={"cursor": cursor}), 422, "/query/cursor")
    assert_problem(registered.client.get(AUDIT, params={"cursor": f"A{cursor}"}), 422, "/query/cursor")


def test_nobody_sees_another_organization(registered: Person, acting_as: SeededPeople) -> None:
    entries(registered.client, 2)
    for boss in (acting_as("admin@acme.example"), acting_as("superadmin@globex.example")):
        assert page(boss.client, resource="user", id=registered.id)["items"] == []
        assert page(boss.client, resource="organization", id=registered.claims["org"])["items"] == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"id": str(uuid4())}, "/query/resource"),
        ({"resource": "user", "id": "x"}, "/query/id"),
        ({"resource": ""}, "/query/resource"),
        ({"resource": "a\x00b"}, "/query/resource"),
        ({"resource": "a" * 101}, "/query/resource"),
        ({"limit": "0"}, "/query/limit"),
        ({"limit": "101"}, "/query/limit"),
        ({"sort": "timestamp"}, "/query/sort"),
        ({"cursor": "x"}, "/query/cursor"),
    ],
)
def test_a_wrong_query_is_refused(client: Client, query: dict[str, str], pointer: str) -> None:
    assert_problem(client.get(AUDIT, params=query), 422, pointer)


def test_what_is_not_there_is_an_empty_list(client: Client) -> None:
    empty: dict[str, Any] = {"items": [], "next_cursor": None}
    assert page(client, resource="nothing") == empty
    assert page(client, resource="user", id=str(uuid4())) == empty
