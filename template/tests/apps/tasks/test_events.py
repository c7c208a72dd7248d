"""What changes of tasks tell (sample: yours after the first render)."""

from datetime import UTC, datetime
from typing import Any

from tests.apps.people import told

from app.apps.projects.models import Project
from app.apps.projects.services import create_project
from app.apps.tasks.models import Task
from app.apps.tasks.services import change_task, create_task, delete_task, restore_task
from app.apps.users.models import User
from app.domain.caller import Caller

DUE, DUE_TEXT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05.000000Z"


def make(caller: Caller, project: Project, **values: Any) -> Task:
    return create_task(caller, {"project_id": project.id, "title": "Land", **values})


def user_id(email: str) -> Any:
    return User.objects.get(email=email).id


def change(before: Any, after: Any) -> dict[str, Any]:
    return {"from": before and str(before), "to": after and str(after)}


def test_a_new_task_tells_all_that_it_has(caller: Caller, project: Project) -> None:
    make(caller, project, description="", due_at=DUE, assignee_id=None)

    assert told("task") == [
        (
            "task.created",
            1,
            {
                "changes": {
                    "project_id": change(None, project.id),
                    "title": change(None, "Land"),
                    "description": {"from": None, "to": ""},
                    "due_at": change(None, DUE_TEXT),
                }
            },
        )
    ]


def test_every_change_is_an_event_with_what_changed(caller: Caller, project: Project) -> None:
    made, other = make(caller, project), create_project(caller, {"name": "Gemini"})
    change_task(caller, made.id, "*", {"status": "done", "due_at": DUE})
    change_task(caller, made.id, '"2"', {"project_id": other.id, "title": "Land", "status": "todo", "due_at": None})
    delete_task(caller, made.id, '"3"')
    restored = restore_task(caller, made.id)

    assert restored.version == 5
    *updates, deleted, restoration = told("task")[1:]
    moment = deleted[2]["changes"]["deleted_at"]["to"]
    assert deleted == ("task.deleted", 4, {"changes": {"deleted_at": change(None, moment)}})
    assert restoration == ("task.restored", 5, {"changes": {"deleted_at": change(moment, None)}})
    assert updates == [
        ("task.updated", 2, {"changes": {"status": change("todo", "done"), "due_at": change(None, DUE_TEXT)}}),
        (
            "task.updated",
            3,
            {
                "changes": {
                    "project_id": change(project.id, other.id),
                    "status": change("done", "todo"),
                    "due_at": change(DUE_TEXT, None),
                }
            },
        ),
    ]


def test_whoever_is_assigned_by_somebody_else_is_to_be_told(caller: Caller, project: Project) -> None:
    member, guest = user_id("member@acme.example"), user_id("guest@acme.example")
    made = make(caller, project, assignee_id=member)
    for values in (
        {"assignee_id": guest},
        {"assignee_id": None},
        {"assignee_id": member, "title": "Launch"},
        {"assignee_id": caller.user_id},
        {"title": "Land"},
    ):
        change_task(caller, made.id, "*", values)

    assert [(name, data.get("notify"), data["changes"].get("assignee_id")) for name, _, data in told("task")] == [
        ("task.created", [str(member)], change(None, member)),
        ("task.assigned", [str(guest)], change(member, guest)),
        ("task.assigned", None, change(guest, None)),
        ("task.updated", [str(member)], change(None, member)),
        ("task.assigned", None, change(member, caller.user_id)),
        ("task.updated", None, None),
    ]


def test_a_change_of_nothing_is_no_event_and_no_version(caller: Caller, project: Project) -> None:
    made = make(caller, project, due_at=DUE)

    same = {"project_id": project.id, "title": "Land", "due_at": DUE, "assignee_id": None}
    assert change_task(caller, made.id, '"1"', same).version == 1
    assert restore_task(caller, made.id).version == 1
    assert len(told("task")) == 1
