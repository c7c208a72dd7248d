"""The project and the assignee that a body names (sample: yours after the first render; contract, "HTTP", "Roles")."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import Client, Response
from tests.contract.nouns import ABSENT, unique
from tests.contract.operations import Cast
from tests.contract.people import People, SeededPeople
from tests.contract.problems import assert_problem
from tests.contract.projects.steps import NOUN as PROJECTS
from tests.contract.tasks.steps import NOUN as TASKS
from tests.contract.tasks.steps import home

ANY = {"If-Match": "*"}
FOREIGNER = "admin@globex.example"


def writes(client: Client, fields: dict[str, Any]) -> list[Response]:
    """Every write that may name them."""
    task = TASKS.make(client)
    body, path = TASKS.body(client, **fields), TASKS.path_of(task)
    replies = [
        client.post(TASKS.path, json=body),
        client.put(path, json=body, headers=ANY),
        client.patch(path, json=fields, headers=ANY),
    ]
    if set(fields) == {"assignee_id"}:
        replies.append(client.post(f"{path}/assign", json=fields, headers=ANY))
    assert TASKS.read(client, task) == task
    return replies


def test_a_project_must_be_a_live_one_of_the_organization(client: Client, acting_as: SeededPeople) -> None:
    deleted = PROJECTS.make(client)
    PROJECTS.delete(client, deleted)
    foreign = PROJECTS.make(acting_as(FOREIGNER).client, visibility="public")
    told = set()
    for project_id in (ABSENT, deleted["id"], foreign["id"]):
        for response in writes(client, {"project_id": project_id}):
            problem = assert_problem(response, 422, "/body/project_id")
            told.add((problem["detail"], problem["errors"][0]["message"]))
    assert len(told) == 1


def test_an_assignee_must_be_an_active_user_of_the_organization(cast: Cast, globex: People) -> None:
    boss, member = cast.client("OrgAdmin"), cast.person("Member").id
    changed = boss.patch(f"/api/v1/users/{member}", json={"is_active": False}, headers=ANY)
    assert changed.status_code == 200, changed.text
    told = set()
    for assignee_id in (ABSENT, cast.foreigner.id, member, home(boss)):
        for response in writes(boss, {"assignee_id": assignee_id}):
            problem = assert_problem(response, 422, "/body/assignee_id")
            told.add((problem["detail"], problem["errors"][0]["message"]))
    assert len(told) == 1


def test_both_are_named_at_once(client: Client) -> None:
    for response in writes(client, {"project_id": ABSENT, "assignee_id": ABSENT}):
        assert_problem(response, 422, "/body/assignee_id", "/body/project_id")


@pytest.mark.parametrize("role", ["guest", "member", "manager", "admin", "superadmin"])
def test_anybody_of_the_organization_may_be_assigned(client: Client, acting_as: SeededPeople, role: str) -> None:
    person = acting_as(f"{role}@acme.example")
    task = TASKS.make(client, assignee_id=person.id)
    assert task["assignee_id"] == person.id
    assert TASKS.read(person.client, task) == task


@pytest.mark.parametrize("fields", [{"project_id": ABSENT}, {"assignee_id": ABSENT}])
def test_a_wrong_reference_comes_before_the_row_and_its_version(client: Client, fields: dict[str, str]) -> None:
    task, pointer = TASKS.make(client), f"/body/{next(iter(fields))}"
    body = TASKS.body(client, **fields)
    for headers in ({}, {"If-Match": '"7"'}, ANY):
        for path in (TASKS.path_of(task), f"{TASKS.path}/{ABSENT}"):
            assert_problem(client.put(path, json=body, headers=headers), 422, pointer)
            assert_problem(client.patch(path, json=fields, headers=headers), 422, pointer)


def test_a_task_may_move_to_another_project(client: Client) -> None:
    task, other = TASKS.make(client), PROJECTS.make(client)
    moved = TASKS.patch(client, task, {"project_id": other["id"]}).json()
    assert moved["project_id"] == other["id"]
    assert [each["id"] for each in TASKS.walk(client, project_id=other["id"])] == [task["id"]]


def test_a_member_may_make_a_task_for_somebody(client: Client, acting_as: SeededPeople) -> None:
    member, guest = acting_as("member@acme.example"), acting_as("guest@acme.example")
    task = TASKS.make(member.client, project_id=home(client), assignee_id=guest.id)
    assert (task["created_by"], task["assignee_id"]) == (member.id, guest.id)


@pytest.mark.parametrize("name", ["project_id", "assignee_id"])
def test_a_foreign_id_in_a_filter_is_an_empty_list(client: Client, acting_as: SeededPeople, name: str) -> None:
    them = acting_as(FOREIGNER)
    ids: dict[str, Callable[[], str]] = {"project_id": lambda: home(them.client), "assignee_id": lambda: them.id}
    TASKS.make(them.client, title=unique(), **{name: ids[name]()})
    response = client.get(TASKS.path, params={name: ids[name]()})
    assert response.status_code == 200
    assert response.json() == {"items": [], "next_cursor": None}
