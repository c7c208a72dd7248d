"""Tasks from the inside: what they write besides their answers (sample: yours after the first render)."""

from typing import Any

from httpx2 import AsyncClient
from tests.api.database import execute, fetch
from tests.api.tasks.steps import ANY, TASKS, events, make_project, make_task, path_of

from app.api.tasks.schemas import TaskBody
from app.api.tasks.service import rows

Body = dict[str, Any]
MEMBER, GUEST = "member@acme.example", "guest@acme.example"


def test_replies_show_exactly_the_columns_of_the_declared_model() -> None:
    assert [column.key for column in rows.columns] == list(TaskBody.model_fields)


async def test_each_reply_is_what_the_model_declares(
    client: AsyncClient, project: Body, people: dict[str, str]
) -> None:
    fields = {"description": "Softly", "status": "doing", "priority": "high", "assignee_id": people[MEMBER]}
    made = await make_task(client, project, **fields, due_at="2026-01-02T03:04:05Z")
    read = await client.get(path_of(made))
    page = await client.get(TASKS)

    assert read.json() == made
    assert page.json() == {"items": [made], "next_cursor": None}
    assert TaskBody.model_validate(made).model_dump(mode="json") == made


async def test_a_new_task_tells_all_that_it_has(client: AsyncClient, project: Body, database_url: str) -> None:
    made = await make_task(client, project, due_at="2026-01-02T05:04:05+02:00")

    (row,) = await fetch(database_url, "SELECT actor_id, resource_id FROM outbox WHERE resource = 'task'")
    assert (str(row["actor_id"]), str(row["resource_id"])) == (made["created_by"], made["id"])
    assert await events(database_url) == [
        (
            "task.created",
            1,
            {
                "changes": {
                    "project_id": {"from": None, "to": project["id"]},
                    "title": {"from": None, "to": "Land"},
                    "description": {"from": None, "to": ""},
                    "status": {"from": None, "to": "todo"},
                    "priority": {"from": None, "to": "normal"},
                    "due_at": {"from": None, "to": "2026-01-02T03:04:05.000000Z"},
                }
            },
        )
    ]


async def test_every_change_is_an_event_with_what_changed(
    client: AsyncClient, project: Body, database_url: str
) -> None:
    made = await make_task(client, project)
    other = await make_project(client)
    path, body = path_of(made), {"project_id": other["id"], "title": "Land"}
    await client.patch(path, json={"status": "done", "due_at": "2026-01-02T03:04:05Z"}, headers=ANY)
    await client.put(path, json=body, headers={"If-Match": '"2"'})
    await client.delete(path, headers={"If-Match": '"3"'})
    restored = await client.post(f"{path}/restore")

    assert restored.json()["version"] == 5
    due = "2026-01-02T03:04:05.000000Z"
    *told, deleted, restoration = (await events(database_url))[1:]
    moment = deleted[2]["changes"]["deleted_at"]["to"]
    assert deleted == ("task.deleted", 4, {"changes": {"deleted_at": _change(None, moment)}})
    assert restoration == ("task.restored", 5, {"changes": {"deleted_at": _change(moment, None)}})
    assert told == [
        ("task.updated", 2, {"changes": {"status": _change("todo", "done"), "due_at": _change(None, due)}}),
        (
            "task.updated",
            3,
            {
                "changes": {
                    "project_id": _change(project["id"], other["id"]),
                    "status": _change("done", "todo"),
                    "due_at": _change(due, None),
                }
            },
        ),
    ]


async def test_whoever_is_assigned_by_somebody_else_is_to_be_told(
    client: AsyncClient, project: Body, people: dict[str, str], database_url: str
) -> None:
    member, guest = people[MEMBER], people[GUEST]
    made = await make_task(client, project, assignee_id=member)
    path = path_of(made)
    await client.post(f"{path}/assign", json={"assignee_id": guest}, headers=ANY)
    await client.patch(path, json={"assignee_id": None}, headers=ANY)
    await client.patch(path, json={"assignee_id": member, "title": "Launch"}, headers=ANY)
    await client.patch(path, json={"assignee_id": made["created_by"]}, headers=ANY)
    await client.patch(path, json={"title": "Land"}, headers=ANY)

    told = await events(database_url)
    assert [(name, data.get("notify"), data["changes"].get("assignee_id")) for name, _, data in told] == [
        ("task.created", [member], _change(None, member)),
        ("task.assigned", [guest], _change(member, guest)),
        ("task.assigned", None, _change(guest, None)),
        ("task.updated", [member], _change(None, member)),
        ("task.assigned", None, _change(member, made["created_by"])),
        ("task.updated", None, None),
    ]


async def test_a_change_of_nothing_is_no_event_and_no_version(
    client: AsyncClient, project: Body, people: dict[str, str], database_url: str
) -> None:
    made = await make_task(client, project, assignee_id=people[MEMBER], due_at="2026-01-02T03:04:05Z")
    path, headers = path_of(made), {"If-Match": '"1"'}
    sent = {name: made[name] for name in ("project_id", "title", "assignee_id")}
    sent["due_at"] = "2026-01-02T04:04:05+01:00"

    answers = [
        await client.put(path, json=sent, headers=headers),
        await client.patch(path, json={}, headers=headers),
        await client.post(f"{path}/assign", json={"assignee_id": people[MEMBER]}, headers=headers),
        await client.post(f"{path}/restore"),
    ]

    assert [answer.json() for answer in answers] == [made] * 4
    assert len(await events(database_url)) == 1


async def test_a_refused_change_is_no_event(client: AsyncClient, project: Body, database_url: str) -> None:
    made = await make_task(client, project)
    path = path_of(made)

    stale = await client.post(f"{path}/assign", json={"assignee_id": None}, headers={"If-Match": '"7"'})
    missing = await client.delete(path)
    nobody = await client.patch(path, json={"assignee_id": made["id"]}, headers=ANY)

    assert [answer.status_code for answer in (stale, missing, nobody)] == [412, 428, 422]
    assert len(await events(database_url)) == 1


async def test_another_organizations_task_is_not_there(client: AsyncClient, project: Body, database_url: str) -> None:
    made = await make_task(client, project)
    globex = "(SELECT id FROM organizations WHERE name = 'Globex')"
    await execute(database_url, f"UPDATE tasks SET organization_id = {globex}")
    path, body = path_of(made), {"project_id": project["id"], "title": "x"}

    answers = [
        await client.get(path),
        await client.put(path, json=body, headers=ANY),
        await client.patch(path, json={"title": "x"}, headers=ANY),
        await client.post(f"{path}/assign", json={"assignee_id": None}, headers=ANY),
        await client.delete(path, headers=ANY),
        await client.post(f"{path}/restore"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert (await client.get(TASKS)).json()["items"] == []


async def test_the_farthest_times_are_stored_and_read(client: AsyncClient, project: Body) -> None:
    first = await make_task(client, project, due_at="0001-01-01T00:00:00.000001Z")
    last = await make_task(client, project, due_at="9999-12-31T23:59:59.999998Z")

    page = (await client.get(f"{TASKS}?sort=due_at&limit=1")).json()
    after = (await client.get(f"{TASKS}?sort=due_at&limit=1&cursor={page['next_cursor']}")).json()
    before = (await client.get(f"{TASKS}?due_before=9999-12-31T23:59:59.999998Z")).json()

    assert [page["items"], after["items"], before["items"]] == [[first], [last], [first]]


def _change(before: str | None, after: str | None) -> dict[str, str | None]:
    return {"from": before, "to": after}
