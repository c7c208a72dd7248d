"""Tasks and their project, changed at the same time (sample: yours after the first render).

No live task may be left in a deleted project, and none of the requests may fail.
"""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from tests.apps.people import at_once, until_waiting

from app.apps.projects.models import Project
from app.apps.projects.services import change_project, create_project, delete_project, restore_project
from app.apps.tasks.models import Task
from app.apps.tasks.services import change_task, create_task, delete_task, restore_task
from app.domain.caller import Caller
from app.kit.problems import ProblemError

pytestmark = pytest.mark.django_db(transaction=True)
Work = Callable[[], Any]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def make(caller: Caller, project: Project) -> Task:
    with transaction.atomic():
        return create_task(caller, {"project_id": project.id, "title": "Land"})


def strays() -> int:
    return Task.objects.live().filter(project__deleted_at__isnull=False).count()


def status_of(work: "Future[Any]") -> int:
    """The status with which a request would have ended."""
    error = work.exception()
    if error is None:
        return 200
    assert isinstance(error, ProblemError), error
    return error.kind.status


@contextmanager
def being_deleted(pool: ThreadPoolExecutor, caller: Caller, project: Project) -> Iterator["Future[None]"]:
    """The project's deletion, kept from ending by somebody who holds a task of it."""
    task = make(caller, project)
    with transaction.atomic():
        Task.objects.select_for_update().get(id=task.id)
        deleting = at_once(pool, delete_project, caller, project.id, "*")
        until_waiting(1)
        yield deleting
        until_waiting(2)


def test_no_task_comes_into_a_project_that_is_being_deleted(
    pool: ThreadPoolExecutor, caller: Caller, project: Project
) -> None:
    with being_deleted(pool, caller, project) as deleting:
        creating = at_once(pool, create_task, caller, {"project_id": project.id, "title": "Late"})

    assert (status_of(deleting), status_of(creating), strays()) == (200, 422, 0)


def test_no_task_moves_into_a_project_that_is_being_deleted(
    pool: ThreadPoolExecutor, caller: Caller, project: Project
) -> None:
    task = make(caller, create_project(caller, {"name": "Gemini"}))
    with being_deleted(pool, caller, project) as deleting:
        moving = at_once(pool, change_task, caller, task.id, "*", {"project_id": project.id})

    assert (status_of(deleting), status_of(moving), strays()) == (200, 422, 0)


def test_no_task_is_restored_into_a_project_that_is_being_deleted(
    pool: ThreadPoolExecutor, caller: Caller, project: Project
) -> None:
    task = make(caller, project)
    with transaction.atomic():
        delete_task(caller, task.id, "*")
    with being_deleted(pool, caller, project) as deleting:
        restoring = at_once(pool, restore_task, caller, task.id)

    assert (status_of(deleting), status_of(restoring), strays()) == (200, 409, 0)


def test_a_task_that_moves_away_meanwhile_stays(pool: ThreadPoolExecutor, caller: Caller, project: Project) -> None:
    task, other = make(caller, project), create_project(caller, {"name": "Gemini"})
    with transaction.atomic():
        # Both wait for the task: first the one that moves it, then the one that deletes its project.
        Task.objects.select_for_update().get(id=task.id)
        moving = at_once(pool, change_task, caller, task.id, "*", {"project_id": other.id})
        until_waiting(1)
        deleting = at_once(pool, delete_project, caller, project.id, "*")
        until_waiting(2)

    assert (status_of(moving), status_of(deleting)) == (200, 200)
    task.refresh_from_db()
    assert (task.project_id, task.deleted_at) == (other.id, None)


def test_whatever_comes_together_leaves_no_task_astray_and_fails_nothing(
    pool: ThreadPoolExecutor, caller: Caller, seeded: None
) -> None:
    projects = [create_project(caller, {"name": name}) for name in ("a", "b", "c")]
    tasks = [make(caller, project) for project in projects for _ in range(4)]
    chance = random.Random(4)

    def some_work() -> Work:
        project, other, task = chance.choice(projects), chance.choice(projects), chance.choice(tasks)
        works: list[Work] = [
            partial(create_task, caller, {"project_id": project.id, "title": "New"}),
            partial(delete_project, caller, project.id, "*"),
            partial(restore_project, caller, project.id),
            partial(change_project, caller, project.id, "*", {"name": str(chance.random())}),
            partial(delete_task, caller, task.id, "*"),
            partial(restore_task, caller, task.id),
            partial(change_task, caller, task.id, "*", {"project_id": other.id}),
            partial(change_task, caller, task.id, "*", {"assignee_id": None}),
        ]
        return chance.choice(works)

    done = [at_once(pool, some_work()) for _ in range(250)]

    statuses = {status_of(one) for one in done}
    assert statuses <= {200, 404, 409, 422}
    assert {200, 404} <= statuses
    assert strays() == 0


def test_of_many_writers_with_one_version_all_but_one_are_told_that_it_moved(
    pool: ThreadPoolExecutor, caller: Caller, project: Project
) -> None:
    task = make(caller, project)
    done = [at_once(pool, change_task, caller, task.id, '"1"', {"title": f"{number}"}) for number in range(30)]

    assert sorted(status_of(one) for one in done) == [200] + [412] * 29
    task.refresh_from_db()
    assert task.version == 2
