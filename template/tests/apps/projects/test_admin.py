"""Projects and their tasks at /admin (sample: yours after the first render)."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from tests.apps.people import browser_of, caller_as

from app.apps.outbox.models import OutboxEvent
from app.apps.projects.models import Project
from app.apps.projects.services import create_project
from app.apps.redis.store import the_store
from app.apps.tasks.models import Task

pytestmark = pytest.mark.usefixtures("seeded")
PROJECTS, TASKS = "/admin/projects/project/", "/admin/tasks/task/"


@pytest.fixture
def browser(seeded: None) -> Client:
    the_store().redis.flushdb()
    return browser_of()


def make(browser: Client, **values: Any) -> Any:
    return browser.post(f"{PROJECTS}add/", {"name": "Apollo", "description": "", "visibility": "organization"} | values)


def make_task(browser: Client, project_id: UUID, **values: Any) -> Any:
    given = {"project": project_id, "title": "Land", "description": "", "status": "todo", "priority": "normal"}
    return browser.post(f"{TASKS}add/", given | {"assignee": "", "due_at_0": "", "due_at_1": ""} | values)


def events() -> list[str]:
    return list(OutboxEvent.objects.order_by("at").values_list("name", flat=True))


def test_a_project_is_made_changed_deleted_and_restored_by_the_services(browser: Client) -> None:
    assert make(browser).status_code == 302
    made = Project.objects.get()
    assert (made.name, made.organization_id, made.created_by_id) == (
        "Apollo",
        caller_as().organization_id,
        caller_as().user_id,
    )
    page = f"{PROJECTS}{made.id}/change/"
    given = {"name": "Gemini", "description": "", "visibility": "organization", "row_version": 1}
    assert browser.post(page, given).status_code == 302
    assert browser.post(page, given | {"name": "Late"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.version) == ("Gemini", 2)

    assert browser.get(f"{PROJECTS}{made.id}/delete/").status_code == 200
    browser.post(f"{PROJECTS}{made.id}/delete/", {"post": "yes"})
    made.refresh_from_db()
    assert made.deleted_at is not None
    for deleted, is_there in (("no", False), ("yes", True)):
        listed = browser.get(f"{PROJECTS}?deleted={deleted}").content.decode()
        assert (f"{made.id}/change/" in listed) is is_there
    assert browser.post(page, given | {"row_version": 3}).status_code == 403
    browser.post(PROJECTS, {"action": "restore_selected", "_selected_action": [str(made.id)]})
    made.refresh_from_db()
    assert made.deleted_at is None
    assert events() == ["project.created", "project.updated", "project.deleted", "project.restored"]


def test_many_are_deleted_at_once_with_their_tasks(browser: Client) -> None:
    make(browser)
    project = Project.objects.get()
    assert make_task(browser, project.id).status_code == 302
    browser.post(PROJECTS, {"action": "delete_selected", "_selected_action": [str(project.id)], "post": "yes"})

    assert Task.objects.get().deleted_at is not None
    assert events() == ["project.created", "task.created", "project.deleted", "task.deleted"]


@pytest.mark.parametrize("values", [{"name": ""}, {"name": "x" * 201}, {"visibility": "secret"}])
def test_what_the_api_refuses_is_refused(browser: Client, values: dict[str, str]) -> None:
    page = make(browser, **values)
    assert page.status_code == 200
    assert b"errorlist" in page.content
    assert not Project.objects.exists()


def test_a_task_has_a_project_and_an_assignee_of_the_organization(browser: Client) -> None:
    make(browser)
    project = Project.objects.get()
    member, foreign = caller_as("member@acme.example"), caller_as("member@globex.example")
    theirs = create_project(caller_as("admin@globex.example"), {"name": "Foreign"})

    for wrong in ({"assignee": foreign.user_id}, {"project": theirs.id}, {"project": ""}):
        assert make_task(browser, **({"project_id": project.id} | wrong)).status_code == 200
    given = {"assignee": member.user_id, "due_at_0": "2026-01-02", "due_at_1": "03:04:05"}
    assert make_task(browser, project.id, **given).status_code == 302
    task = Task.objects.get()
    assert (task.assignee_id, str(task.due_at)) == (member.user_id, "2026-01-02 03:04:05+00:00")

    changed = {"project": project.id, "title": "Land", "description": "", "status": "done", "priority": "normal"}
    page = f"{TASKS}{task.id}/change/"
    browser.post(page, changed | {"assignee": "", "due_at_0": "", "due_at_1": "", "row_version": 1})
    task.refresh_from_db()
    assert (task.status, task.assignee_id, task.due_at, task.version) == ("done", None, None, 2)


def offered(browser: Client, field: str, term: str = "") -> list[str]:
    query = {"app_label": "tasks", "model_name": "task", "field_name": field, "term": term}
    return [one["text"] for one in browser.get("/admin/autocomplete/", query).json()["results"]]


def test_a_task_is_completed_by_live_rows_of_the_organization_alone(browser: Client) -> None:
    for name in ("Apollo", "Apollo deleted"):
        make(browser, name=name)
    gone = Project.objects.get(name="Apollo deleted")
    browser.post(f"{PROJECTS}{gone.id}/delete/", {"post": "yes"})
    create_project(caller_as("admin@globex.example"), {"name": "Apollo foreign"})

    assert offered(browser, "project", "apollo") == [str(Project.objects.get(name="Apollo"))]
    people = offered(browser, "assignee")
    assert len(people) == 5
    assert all("globex" not in one.lower() for one in people)
    browser.get(PROJECTS)  # shows what is still to be said of the projects
    form = browser.get(f"{TASKS}add/").content
    assert (b"member@acme.example" in form, b"Apollo" in form) == (False, False)


def test_what_is_deleted_already_does_not_keep_others_from_it(browser: Client) -> None:
    for name in ("First", "Second"):
        make(browser, name=name)
    first, second = Project.objects.order_by("name")
    browser.post(f"{PROJECTS}{first.id}/delete/", {"post": "yes"})
    both = [str(first.id), str(second.id)]
    browser.post(PROJECTS, {"action": "delete_selected", "_selected_action": both, "post": "yes"})

    assert not Project.objects.live().exists()
    assert events().count("project.deleted") == 2


def test_a_task_of_a_deleted_project_is_not_restored(browser: Client) -> None:
    make(browser)
    project = Project.objects.get()
    make_task(browser, project.id)
    browser.post(f"{PROJECTS}{project.id}/delete/", {"post": "yes"})
    task = Task.objects.get()
    browser.post(TASKS, {"action": "restore_selected", "_selected_action": [str(task.id)]})

    task.refresh_from_db()
    assert task.deleted_at is not None
    assert b"Its project is deleted" in browser.get(TASKS).content
