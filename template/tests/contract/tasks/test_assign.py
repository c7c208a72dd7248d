"""Giving a task to somebody, and what that somebody may then do (sample: yours after the first render)."""

from typing import Any

import pytest
from httpx2 import Client
from tests.contract.nouns import ABSENT, Row
from tests.contract.people import Person, SeededPeople
from tests.contract.problems import assert_problem
from tests.contract.tasks.steps import NOUN as TASKS
from tests.contract.tasks.steps import home

ANY = {"If-Match": "*"}


@pytest.fixture
def guest(acting_as: SeededPeople) -> Person:
    return acting_as("guest@acme.example")


@pytest.fixture
def member(acting_as: SeededPeople) -> Person:
    return acting_as("member@acme.example")


def assign_path(task: Row) -> str:
    return f"{TASKS.path_of(task)}/assign"


def test_assigning_answers_with_the_task(client: Client, member: Person) -> None:
    task = TASKS.make(client, **TASKS.others)
    response = client.post(assign_path(task), json={"assignee_id": member.id}, headers={"If-Match": '"1"'})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["etag"] == '"2"'
    assert "location" not in response.headers
    changed = response.json()
    assert changed == {**task, "assignee_id": member.id, "version": 2, "updated_at": changed["updated_at"]}
    assert TASKS.read(client, task) == changed


def test_null_takes_a_task_from_everybody(client: Client, member: Person) -> None:
    task = TASKS.make(client, assignee_id=member.id)
    response = client.post(assign_path(task), json={"assignee_id": None}, headers={"If-Match": '"1"'})
    assert (response.status_code, response.json()["assignee_id"], response.json()["version"]) == (200, None, 2)


def test_assigning_the_same_again_changes_nothing(client: Client, member: Person) -> None:
    task = TASKS.make(client, assignee_id=member.id)
    response = client.post(assign_path(task), json={"assignee_id": member.id}, headers={"If-Match": '"1"'})
    assert response.json() == task


def test_assigning_needs_the_current_version(client: Client, member: Person) -> None:
    task = TASKS.make(client)
    body = {"assignee_id": member.id}
    assert_problem(client.post(assign_path(task), json=body), 428)
    assert_problem(client.post(assign_path(task), json=body, headers={"If-Match": '"7"'}), 412)
    assert TASKS.read(client, task) == task


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/body/assignee_id"),
        ({"assignee_id": ""}, "/body/assignee_id"),
        ({"assignee_id": [None]}, "/body/assignee_id"),
        ({"assignee_id": None, "title": "x"}, "/body/title"),
        ([], "/body"),
    ],
)
def test_assigning_takes_an_assignee_and_nothing_else(client: Client, body: Any, pointer: str) -> None:
    task = TASKS.make(client)
    assert_problem(client.post(assign_path(task), json=body, headers=ANY), 422, pointer)


def test_a_deleted_and_an_absent_task_are_assigned_to_nobody(client: Client, member: Person) -> None:
    task, body = TASKS.make(client), {"assignee_id": member.id}
    TASKS.delete(client, task)
    assert_problem(client.post(assign_path(task), json=body, headers=ANY), 404)
    assert_problem(client.post(f"{TASKS.path}/{ABSENT}/assign", json=body, headers=ANY), 404)


def test_a_member_assigns_own_and_assigned_tasks_alone(client: Client, member: Person, guest: Person) -> None:
    own = TASKS.make(member.client, project_id=home(client))
    assigned, other = TASKS.make(client, assignee_id=member.id), TASKS.make(client)
    body = {"assignee_id": guest.id}
    replies = [member.client.post(assign_path(task), json=body, headers=ANY) for task in (own, assigned, other)]
    assert [response.status_code for response in replies] == [200, 200, 403]
    assert_problem(replies[2], 403)
    assert TASKS.read(client, other) == other


def test_whoever_gives_a_task_away_may_change_it_no_more(client: Client, member: Person) -> None:
    task = TASKS.make(client, assignee_id=member.id)
    given_away = TASKS.patch(member.client, task, {"assignee_id": None})
    assert (given_away.status_code, given_away.json()["assignee_id"]) == (200, None)
    assert_problem(TASKS.retitle(member.client, given_away.json(), "Mine"), 403)
    assert TASKS.read(member.client, task) == given_away.json()


def test_a_guest_sees_a_task_for_as_long_as_it_is_theirs(client: Client, guest: Person) -> None:
    task = TASKS.make(client)
    assert_problem(guest.client.get(TASKS.path_of(task)), 404)
    assert TASKS.patch(client, task, {"assignee_id": guest.id}).status_code == 200
    seen = guest.client.get(TASKS.path_of(task))
    assert (seen.status_code, seen.headers["etag"]) == (200, '"2"')
    assert client.post(assign_path(task), json={"assignee_id": None}, headers=ANY).status_code == 200
    assert_problem(guest.client.get(TASKS.path_of(task)), 404)


def test_a_guest_may_not_write_even_what_is_theirs(client: Client, guest: Person) -> None:
    task = TASKS.make(client, assignee_id=guest.id)
    assert_problem(TASKS.retitle(guest.client, task, "Mine"), 403)
    assert_problem(guest.client.post(assign_path(task), json={"assignee_id": None}, headers=ANY), 403)
    assert_problem(guest.client.post(TASKS.path, json=TASKS.body(client)), 403)
