"""A project's tasks go and come back with it (sample: yours after the first render; contract, "HTTP")."""

from concurrent.futures import ThreadPoolExecutor

from httpx2 import Client
from tests.contract.nouns import Row
from tests.contract.people import SeededPeople
from tests.contract.problems import assert_problem
from tests.contract.projects.steps import NOUN as PROJECTS
from tests.contract.tasks.steps import NOUN as TASKS

CALLERS = 16


def restore(client: Client, path: str) -> Row:
    response = client.post(f"{path}/restore")
    assert response.status_code == 200, response.text
    row: Row = response.json()
    return row


def test_deleting_a_project_deletes_its_tasks(client: Client, acting_as: SeededPeople) -> None:
    project = PROJECTS.make(client)
    tasks = [TASKS.make(client, project_id=project["id"]) for _ in range(3)]
    elsewhere, manager = TASKS.make(client), acting_as("manager@acme.example")
    PROJECTS.delete(manager.client, project)
    for task in tasks:
        assert_problem(client.get(TASKS.path_of(task)), 404)
    gone = TASKS.walk(client, deleted="true", project_id=project["id"])
    assert sorted(task["id"] for task in gone) == sorted(task["id"] for task in tasks)
    assert {(task["version"], task["updated_by"], task["deleted_at"] is None) for task in gone} == {
        (2, manager.id, False)
    }
    assert TASKS.read(client, elsewhere) == elsewhere


def test_restoring_a_project_restores_the_tasks_that_went_with_it(client: Client) -> None:
    project = PROJECTS.make(client)
    with_it, before_it = (TASKS.make(client, project_id=project["id"]) for _ in range(2))
    TASKS.delete(client, before_it)
    PROJECTS.delete(client, project)
    restore(client, PROJECTS.path_of(project))
    back = TASKS.read(client, with_it)
    assert back == {**with_it, "version": 3, "updated_at": back["updated_at"]}
    assert_problem(client.get(TASKS.path_of(before_it)), 404)
    assert restore(client, TASKS.path_of(before_it))["version"] == 3


def test_what_went_with_an_earlier_deletion_and_came_back_goes_and_comes_again(client: Client) -> None:
    project = PROJECTS.make(client)
    first, second = (TASKS.make(client, project_id=project["id"]) for _ in range(2))
    PROJECTS.delete(client, project)
    restore(client, PROJECTS.path_of(project))
    TASKS.delete(client, first)
    PROJECTS.delete(client, project)
    restore(client, PROJECTS.path_of(project))
    assert [task["id"] for task in TASKS.walk(client, project_id=project["id"])] == [second["id"]]


def test_a_task_of_a_deleted_project_is_not_restored(client: Client) -> None:
    project = PROJECTS.make(client)
    with_it, before_it = (TASKS.make(client, project_id=project["id"]) for _ in range(2))
    TASKS.delete(client, before_it)
    PROJECTS.delete(client, project)
    for task in (with_it, before_it):
        assert_problem(client.post(f"{TASKS.path_of(task)}/restore"), 409)
        assert_problem(client.get(TASKS.path_of(task)), 404)


def test_who_may_not_restore_learns_nothing_of_the_project(client: Client, acting_as: SeededPeople) -> None:
    project = PROJECTS.make(client)
    task = TASKS.make(client, project_id=project["id"])
    PROJECTS.delete(client, project)
    assert_problem(acting_as("member@acme.example").client.post(f"{TASKS.path_of(task)}/restore"), 403)
    assert_problem(acting_as("admin@globex.example").client.post(f"{TASKS.path_of(task)}/restore"), 404)


def test_a_project_that_is_deleted_is_in_no_filter(client: Client) -> None:
    project = PROJECTS.make(client)
    TASKS.make(client, project_id=project["id"])
    PROJECTS.delete(client, project)
    assert TASKS.walk(client, project_id=project["id"]) == []


def test_no_task_is_left_in_a_project_that_is_deleted_meanwhile(client: Client) -> None:
    project = PROJECTS.make(client)
    old = [TASKS.make(client, project_id=project["id"]) for _ in range(3)]
    moving = [TASKS.make(client) for _ in range(CALLERS)]

    def act(number: int) -> int:
        task, path = moving[number % CALLERS], PROJECTS.path_of(project)
        acts = (
            lambda: client.post(TASKS.path, json=TASKS.body(client, project_id=project["id"])),
            lambda: client.delete(path, headers={"If-Match": "*"}),
            lambda: TASKS.patch(client, task, {"project_id": project["id"]}, if_match="*"),
            lambda: client.post(f"{TASKS.path_of(old[number % 3])}/restore"),
            lambda: client.post(f"{path}/restore"),
            lambda: client.delete(TASKS.path_of(old[number % 3]), headers={"If-Match": "*"}),
        )
        return acts[number % len(acts)]().status_code

    with ThreadPoolExecutor(CALLERS) as callers:
        statuses = set(callers.map(act, range(180)))
    assert statuses <= {200, 201, 204, 404, 409, 422}
    client.delete(PROJECTS.path_of(project), headers={"If-Match": "*"})
    assert TASKS.walk(client, project_id=project["id"]) == []
