"""What a project's deletion does to its tasks, and its restoration (sample: yours after the first render)."""

from typing import Any

from httpx2 import AsyncClient
from tests.api.database import execute, fetch
from tests.api.tasks.steps import ANY, PROJECTS, events, make_project, make_task, path_of

Body = dict[str, Any]
_ROWS = "SELECT title, version, deleted_at, deletion_id, updated_by FROM tasks ORDER BY title"


async def test_tasks_go_with_their_project_under_its_deletion_id(
    client: AsyncClient, project: Body, database_url: str
) -> None:
    for title in ("a", "b"):
        await make_task(client, project, title=title)
    await make_task(client, await make_project(client), title="c")
    await execute(database_url, "UPDATE tasks SET updated_by = NULL, created_by = NULL")

    await client.delete(f"{PROJECTS}/{project['id']}", headers=ANY)

    a, b, c = await fetch(database_url, _ROWS)
    (gone,) = await fetch(database_url, "SELECT deletion_id, updated_by FROM projects WHERE deleted_at IS NOT NULL")
    assert gone["deletion_id"] is not None
    for task in (a, b):
        assert (task["deletion_id"], task["updated_by"]) == (gone["deletion_id"], gone["updated_by"])
        assert (task["version"], task["deleted_at"] is not None) == (3, True)
    assert (c["version"], c["deleted_at"], c["deletion_id"], c["updated_by"]) == (2, None, None, None)


def change(before: str | None, after: str | None) -> Body:
    return {"deleted_at": {"from": before, "to": after}}


async def test_every_task_that_goes_and_comes_back_has_an_event_of_its_own(
    client: AsyncClient, project: Body, database_url: str
) -> None:
    made = [await make_task(client, project) for _ in range(3)]
    await client.delete(f"{PROJECTS}/{project['id']}", headers=ANY)
    await client.post(f"{PROJECTS}/{project['id']}/restore")

    told = (await events(database_url))[3:]
    assert [(name, version) for name, version, _ in told] == [("task.deleted", 2)] * 3 + [("task.restored", 3)] * 3
    moment = told[0][2]["changes"]["deleted_at"]["to"]
    assert moment is not None
    assert [data["changes"] for *_, data in told] == [change(None, moment)] * 3 + [change(moment, None)] * 3
    assert [name for name, _, _ in await events(database_url, "project")][1:] == ["project.deleted", "project.restored"]
    query = "SELECT DISTINCT resource_id, actor_id, organization_id FROM outbox WHERE name = 'task.deleted'"
    rows = await fetch(database_url, query)
    assert sorted(str(row["resource_id"]) for row in rows) == sorted(task["id"] for task in made)
    assert {str(row["actor_id"]) for row in rows} == {project["created_by"]}


async def test_a_restored_project_brings_back_what_its_deletion_took(
    client: AsyncClient, project: Body, database_url: str
) -> None:
    with_it, before_it = [await make_task(client, project, title=title) for title in ("with it", "before it")]
    await client.delete(path_of(before_it), headers=ANY)
    await client.delete(f"{PROJECTS}/{project['id']}", headers=ANY)
    await client.post(f"{PROJECTS}/{project['id']}/restore")

    assert (await client.get(path_of(with_it))).json()["version"] == 3
    assert (await client.get(path_of(before_it))).status_code == 404
    rows = {row["title"]: (row["version"], row["deletion_id"] is None) for row in await fetch(database_url, _ROWS)}
    assert rows == {"with it": (3, True), "before it": (2, False)}


async def test_a_project_deleted_by_hand_is_restored_alone(
    client: AsyncClient, project: Body, database_url: str
) -> None:
    await make_task(client, project)
    await execute(database_url, "UPDATE tasks SET deleted_at = NOW(); UPDATE projects SET deleted_at = NOW()")

    restored = await client.post(f"{PROJECTS}/{project['id']}/restore")

    assert (restored.status_code, restored.json()["deleted_at"]) == (200, None)
    assert [row["deleted_at"] is None for row in await fetch(database_url, _ROWS)] == [False]


async def test_a_refused_deletion_takes_nothing(client: AsyncClient, project: Body) -> None:
    task = await make_task(client, project)

    refused = await client.delete(f"{PROJECTS}/{project['id']}", headers={"If-Match": '"7"'})

    assert refused.status_code == 412
    assert (await client.get(path_of(task))).json() == task


async def test_a_thousand_tasks_go_and_come_back(client: AsyncClient, project: Body, database_url: str) -> None:
    make = (
        "INSERT INTO tasks (organization_id, project_id, title) "
        "SELECT organization_id, id, 'Land' FROM projects, generate_series(1, 1000)"
    )
    await execute(database_url, make)

    deleted = await client.delete(f"{PROJECTS}/{project['id']}", headers=ANY)
    restored = await client.post(f"{PROJECTS}/{project['id']}/restore")

    assert (deleted.status_code, restored.status_code) == (204, 200)
    (counts,) = await fetch(
        database_url,
        "SELECT count(*) FILTER (WHERE deleted_at IS NULL AND version = 3) AS live,"
        " (SELECT count(*) FROM outbox WHERE name IN ('task.deleted', 'task.restored')) AS told FROM tasks",
    )
    assert counts == {"live": 1000, "told": 2000}
