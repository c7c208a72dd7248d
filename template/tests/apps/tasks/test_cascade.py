"""What a project's deletion does to its tasks, and its restoration (sample: yours after the first render)."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.apps.people import statements, told

from app.apps.outbox.models import OutboxEvent
from app.apps.projects.models import Project
from app.apps.projects.services import create_project, delete_project, restore_project
from app.apps.tasks.models import Task
from app.apps.tasks.services import create_task, delete_task
from app.domain.caller import Caller
from app.kit.problems import ProblemError


def make(caller: Caller, project: Project, title: str = "Land") -> Task:
    return create_task(caller, {"project_id": project.id, "title": title})


def test_tasks_go_with_their_project_under_its_deletion_id(caller: Caller, project: Project) -> None:
    made = [make(caller, project, title) for title in ("a", "b")]
    other = make(caller, create_project(caller, {"name": "Gemini"}), "c")
    Task.objects.update(updated_by=None, created_by=None)

    delete_project(caller, project.id, "*")

    project.refresh_from_db()
    assert project.deletion_id is not None
    for task in made:
        task.refresh_from_db()
        assert (task.deletion_id, task.updated_by_id) == (project.deletion_id, project.updated_by_id)
        assert (task.version, task.deleted_at is not None) == (3, True)
    other.refresh_from_db()
    assert (other.version, other.deleted_at, other.deletion_id, other.updated_by_id) == (2, None, None, None)


def change(before: str | None, after: str | None) -> dict[str, Any]:
    return {"deleted_at": {"from": before, "to": after}}


def test_every_task_that_goes_and_comes_back_has_an_event_of_its_own(caller: Caller, project: Project) -> None:
    made = [make(caller, project) for _ in range(3)]
    delete_project(caller, project.id, "*")
    restore_project(caller, project.id)

    events = told("task")[3:]
    assert [(name, version) for name, version, _ in events] == [("task.deleted", 2)] * 3 + [("task.restored", 3)] * 3
    moment = events[0][2]["changes"]["deleted_at"]["to"]
    assert moment is not None
    assert [data["changes"] for *_, data in events] == [change(None, moment)] * 3 + [change(moment, None)] * 3
    assert [name for name, _, _ in told("project")] == ["project.created", "project.deleted", "project.restored"]
    deleted = OutboxEvent.objects.filter(name="task.deleted")
    assert {event.resource_id for event in deleted} == {task.id for task in made}
    assert {event.actor_id for event in deleted} == {caller.user_id}


def test_a_restored_project_brings_back_what_its_deletion_took(caller: Caller, project: Project) -> None:
    with_it, before_it = make(caller, project), make(caller, project)
    delete_task(caller, before_it.id, "*")
    delete_project(caller, project.id, "*")
    restore_project(caller, project.id)

    with_it.refresh_from_db()
    before_it.refresh_from_db()
    assert (with_it.version, with_it.deleted_at, with_it.deletion_id) == (3, None, None)
    assert (before_it.version, before_it.deleted_at is None) == (2, False)


def test_a_project_deleted_by_hand_is_restored_alone(caller: Caller, project: Project) -> None:
    task = make(caller, project)
    for model in (Task, Project):
        model.objects.update(deleted_at="2026-01-01T00:00:00Z")

    assert restore_project(caller, project.id).deleted_at is None
    task.refresh_from_db()
    assert task.deleted_at is not None


def test_a_refused_deletion_takes_nothing(caller: Caller, project: Project) -> None:
    task = make(caller, project)

    with pytest.raises(ProblemError) as refused, transaction.atomic():
        delete_project(caller, project.id, '"7"')

    assert refused.value.kind.status == 412
    task.refresh_from_db()
    assert (task.version, task.deleted_at) == (1, None)


def test_a_thousand_tasks_go_and_come_back_by_as_many_statements_as_one(caller: Caller, project: Project) -> None:
    Task.objects.bulk_create(
        [Task(organization_id=caller.organization_id, project=project, title="Land") for _ in range(1_000)]
    )

    with CaptureQueriesContext(connection) as queries:
        delete_project(caller, project.id, "*")
        restore_project(caller, project.id)

    assert statements(queries.captured_queries) == [
        *("SELECT", "UPDATE", "INSERT", "UPDATE", "INSERT"),
        *("SELECT", "UPDATE", "INSERT", "SELECT", "UPDATE", "INSERT"),
    ]
    assert Task.objects.live().filter(version=3).count() == 1_000
    assert OutboxEvent.objects.filter(name__in=["task.deleted", "task.restored"]).count() == 2_000
