"""Sort keys, filters and scopes of the list of tasks (sample: yours after the first render)."""

from typing import Any

import pytest
from httpx2 import Client
from tests.contract.nouns import Row, ids
from tests.contract.people import SeededPeople
from tests.contract.tasks.steps import NOUN as TASKS

DUE = [
    "2026-03-01T00:00:00Z",
    None,
    "2026-01-01T00:00:00Z",
    "2026-02-01T00:00:00Z",
    None,
    "2026-02-01T00:00:00Z",
    None,
    "2026-02-01T00:00:00.000001Z",
]
FIRST_TO_LAST = ["2026-01-01", "2026-02-01", "2026-02-01", "2026-02-01", "2026-03-01"]


def due(tasks: list[Row]) -> list[str | None]:
    """The days of the tasks, in their order."""
    return [task["due_at"] and task["due_at"][:10] for task in tasks]


@pytest.fixture(scope="module")
def few(acting_as: SeededPeople) -> dict[str, Any]:
    """The filter of a project with tasks of all these due times, some of them equal, some without."""
    client = acting_as("admin@acme.example").client
    few = TASKS.few(client)
    for due_at in DUE:
        TASKS.make(client, due_at=due_at, **few)
    return few


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6, 7, 8, 100])
def test_tasks_without_a_due_time_come_last_both_ways(client: Client, few: dict[str, Any], limit: int) -> None:
    up = TASKS.walk(client, sort="due_at", limit=limit, **few)
    down = TASKS.walk(client, sort="-due_at", limit=limit, **few)
    assert due(up) == [*FIRST_TO_LAST, None, None, None]
    assert due(down) == [*FIRST_TO_LAST[::-1], None, None, None]
    assert [task["id"] for task in down] == [task["id"] for task in [*up[4::-1], *up[:4:-1]]]
    assert len({task["id"] for task in up}) == 8


@pytest.mark.parametrize("sort", ["due_at", "-due_at"])
def test_what_is_made_meanwhile_is_no_reason_for_a_double_or_a_gap(client: Client, sort: str) -> None:
    few = TASKS.few(client)
    made = [TASKS.make(client, due_at=due_at, **few) for due_at in DUE]
    seen = []
    for number, page in enumerate(TASKS.pages(client, limit=2, sort=sort, **few)):
        seen += page
        if number < 5:
            TASKS.make(client, due_at=DUE[number], **few)
    found = ids(seen, among=made)
    assert sorted(found) == sorted(task["id"] for task in made)
    days = FIRST_TO_LAST if sort == "due_at" else FIRST_TO_LAST[::-1]
    assert due([task for task in seen if task["id"] in found]) == [*days, None, None, None]


@pytest.mark.parametrize("sort", ["due_at", "-due_at"])
def test_the_row_of_a_cursor_may_lose_its_due_time(client: Client, sort: str) -> None:
    few = TASKS.few(client)
    made = [TASKS.make(client, due_at=due_at, **few) for due_at in ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")]
    first, second = made if sort == "due_at" else made[::-1]
    seen: list[Row] = []
    for page in TASKS.pages(client, limit=1, sort=sort, **few):
        if not seen:
            TASKS.patch(client, first, {"due_at": None})
        seen += page
    assert [task["id"] for task in seen] == [first["id"], second["id"], first["id"]]


@pytest.mark.parametrize(
    ("before", "days"),
    [
        ("2026-01-01T00:00:00Z", []),
        ("2026-01-01T00:00:00.000001Z", ["2026-01-01"]),
        ("2026-02-01T00:00:00.000001Z", ["2026-01-01", "2026-02-01", "2026-02-01"]),
        ("2026-03-01T01:00:00+01:00", ["2026-01-01", "2026-02-01", "2026-02-01", "2026-02-01"]),
        ("9999-12-31T23:59:59Z", FIRST_TO_LAST),
        ("0001-01-01T00:00:00.000001Z", []),
    ],
)
def test_a_list_can_hold_what_is_due_before_a_time(
    client: Client, few: dict[str, Any], before: str, days: list[str]
) -> None:
    assert due(TASKS.walk(client, due_before=before, sort="due_at", limit=2, **few)) == days


@pytest.mark.parametrize(("name", "values"), [("status", ["todo", "doing", "done"]), ("priority", ["low", "high"])])
def test_a_list_can_hold_one_status_or_priority(client: Client, name: str, values: list[str]) -> None:
    few = TASKS.few(client)
    made = [TASKS.make(client, **{name: value}, **few) for value in values]
    for value, task in zip(values, made, strict=True):
        assert TASKS.walk(client, **{name: value}, **few) == [task]


def test_a_list_can_hold_what_one_user_is_to_do(client: Client, acting_as: SeededPeople) -> None:
    few, member = TASKS.few(client), acting_as("member@acme.example")
    theirs = TASKS.make(client, assignee_id=member.id, **few)
    TASKS.make(client, **few)
    assert TASKS.walk(client, assignee_id=member.id, **few) == [theirs]


def test_filters_add_up(client: Client) -> None:
    few = TASKS.few(client)
    wanted = {"status": "doing", "priority": "high"}
    task = TASKS.make(client, due_at="2026-01-01T00:00:00Z", **wanted, **few)
    TASKS.make(client, status="doing", **few)
    TASKS.make(client, priority="high", **few)
    assert TASKS.walk(client, due_before="2026-01-02T00:00:00Z", **wanted, **few) == [task]
    assert TASKS.walk(client, due_before="2025-01-02T00:00:00Z", **wanted, **few) == []


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "-updated_at", "due_at", "-due_at"])
def test_a_guest_pages_through_what_is_theirs_and_nothing_else(
    client: Client, acting_as: SeededPeople, sort: str
) -> None:
    few, guest = TASKS.few(client), acting_as("guest@acme.example")
    theirs = [TASKS.make(client, assignee_id=guest.id, due_at=due_at, **few) for due_at in DUE[:4]]
    for due_at in DUE[:4]:
        TASKS.make(client, due_at=due_at, **few)
    seen = TASKS.walk(guest.client, limit=1, sort=sort, **few)
    assert sorted(task["id"] for task in seen) == sorted(task["id"] for task in theirs)
    assert TASKS.walk(guest.client, assignee_id=theirs[0]["created_by"], **few) == []


def test_a_list_takes_no_other_filter_and_no_other_time(client: Client) -> None:
    for name, value in [("created_by", "x"), ("title", "x"), ("due_after", "2026-01-01T00:00:00Z")]:
        assert client.get(TASKS.path, params={name: value}).status_code == 422
    for value in TASKS.wrong["due_at"]:
        response = client.get(TASKS.path, params={"due_before": str(value)})
        assert response.status_code == 422, value
