"""Tasks and their project, changed at the same time (sample: yours after the first render).

No live task may be left in a deleted project, and none of the requests may fail.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from httpx2 import AsyncClient, Response
from tests.api.database import connected, fetch, until_there_is
from tests.api.tasks.steps import ANY, PROJECTS, TASKS, make_project, make_task, path_of

Body = dict[str, Any]
_STRAYS = "SELECT FROM tasks JOIN projects ON project_id = projects.id WHERE {} AND tasks.deleted_at IS NULL"


def _waiting(number: int) -> str:
    return (
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
        f"HAVING count(*) = {number}"
    )


@asynccontextmanager
async def _being_deleted(client: AsyncClient, project: Body, url: str) -> AsyncIterator["asyncio.Task[Response]"]:
    """The project's deletion, kept from ending by somebody who holds a task of it."""
    task = await make_task(client, project)
    async with connected(url) as other, other.transaction():
        await other.execute("SELECT FROM tasks WHERE id = $1 FOR UPDATE", task["id"])
        deleting = asyncio.create_task(client.delete(f"{PROJECTS}/{project['id']}", headers=ANY))
        await until_there_is(url, _waiting(1))
        yield deleting
        await until_there_is(url, _waiting(2))


async def test_no_task_comes_into_a_project_that_is_being_deleted(
    client: AsyncClient, project: Body, database_url: str
) -> None:
    async with _being_deleted(client, project, database_url) as deleting:
        body = {"project_id": project["id"], "title": "Late"}
        creating = asyncio.create_task(client.post(TASKS, json=body))

    assert (await deleting).status_code == 204
    refused = await creating
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/body/project_id")
    assert await fetch(database_url, _STRAYS.format("projects.deleted_at IS NOT NULL")) == []


async def test_no_task_moves_into_a_project_that_is_being_deleted(
    client: AsyncClient, project: Body, database_url: str
) -> None:
    task = await make_task(client, await make_project(client))
    async with _being_deleted(client, project, database_url) as deleting:
        moving = asyncio.create_task(client.patch(path_of(task), json={"project_id": project["id"]}, headers=ANY))

    assert (await deleting).status_code == 204
    assert (await moving).status_code == 422
    assert (await client.get(path_of(task))).json() == task


async def test_no_task_is_restored_into_a_project_that_is_being_deleted(
    client: AsyncClient, project: Body, database_url: str
) -> None:
    task = await make_task(client, project)
    await client.delete(path_of(task), headers=ANY)
    async with _being_deleted(client, project, database_url) as deleting:
        restoring = asyncio.create_task(client.post(f"{path_of(task)}/restore"))

    assert (await deleting).status_code == 204
    assert (await restoring).status_code == 409
    assert await fetch(database_url, _STRAYS.format("projects.deleted_at IS NOT NULL")) == []


async def test_a_task_that_moves_away_meanwhile_stays(client: AsyncClient, project: Body, database_url: str) -> None:
    task, other = await make_task(client, project), await make_project(client)
    async with connected(database_url) as held, held.transaction():
        # Both wait for the task: first the one that moves it, then the one that deletes its project.
        await held.execute("SELECT FROM tasks WHERE id = $1 FOR UPDATE", task["id"])
        moving = asyncio.create_task(client.patch(path_of(task), json={"project_id": other["id"]}, headers=ANY))
        await until_there_is(database_url, _waiting(1))
        deleting = asyncio.create_task(client.delete(f"{PROJECTS}/{project['id']}", headers=ANY))
        await until_there_is(database_url, _waiting(2))

    assert ((await moving).status_code, (await deleting).status_code) == (200, 204)
    assert (await client.get(path_of(task))).json()["project_id"] == other["id"]


async def test_whatever_comes_together_leaves_no_task_astray_and_fails_nothing(
    client: AsyncClient, database_url: str
) -> None:
    projects = [await make_project(client) for _ in range(3)]
    tasks = [await make_task(client, project) for project in projects for _ in range(4)]
    chance = random.Random(4)

    def act() -> Coroutine[Any, Any, Response]:
        project, other, task = chance.choice(projects), chance.choice(projects), chance.choice(tasks)
        place, path = f"{PROJECTS}/{project['id']}", path_of(task)
        acts: list[Callable[[], Coroutine[Any, Any, Response]]] = [
            lambda: client.post(TASKS, json={"project_id": project["id"], "title": "New"}),
            lambda: client.delete(place, headers=ANY),
            lambda: client.post(f"{place}/restore"),
            lambda: client.patch(place, json={"name": str(chance.random())}, headers=ANY),
            lambda: client.delete(path, headers=ANY),
            lambda: client.post(f"{path}/restore"),
            lambda: client.patch(path, json={"project_id": other["id"]}, headers=ANY),
            lambda: client.post(f"{path}/assign", json={"assignee_id": None}, headers=ANY),
        ]
        return chance.choice(acts)()

    async def act_on() -> list[int]:
        return [(await act()).status_code for _ in range(25)]

    statuses = {status for each in await asyncio.gather(*(act_on() for _ in range(12))) for status in each}
    assert statuses <= {200, 201, 204, 404, 409, 422}
    assert {200, 201, 204} <= statuses
    assert await fetch(database_url, _STRAYS.format("projects.deleted_at IS NOT NULL")) == []


async def test_of_50_writers_with_one_version_49_are_told_that_it_moved(client: AsyncClient, project: Body) -> None:
    task = await make_task(client, project)
    answers = await asyncio.gather(
        *(client.patch(path_of(task), json={"title": f"{n}"}, headers={"If-Match": '"1"'}) for n in range(50))
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 49
    assert (await client.get(path_of(task))).json()["version"] == 2
