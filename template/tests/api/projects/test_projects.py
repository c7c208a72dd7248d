"""Projects from the inside: what they write besides their answers (sample: yours after the first render)."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx2 import AsyncClient
from tests.api.conftest import SettingsOf
from tests.api.database import execute, fetch
from tests.api.service import ADMIN, open_service

from app.api.projects.schemas import ProjectBody
from app.api.projects.service import rows

PATH = "/api/v1/projects"
INTERNAL = "organization"


@pytest.fixture
async def client(settings: SettingsOf) -> AsyncIterator[AsyncClient]:
    async with open_service(settings(), log_in_as=ADMIN) as service:
        yield service.client


async def _create(client: AsyncClient, **fields: str) -> dict[str, Any]:
    response = await client.post(PATH, json={"name": "Apollo", **fields})
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def _events(url: str) -> list[tuple[str, int, dict[str, Any]]]:
    found = await fetch(url, "SELECT name, version, data::text FROM outbox ORDER BY at")
    return [(row["name"], row["version"], json.loads(row["data"])) for row in found]


def _change(before: Any, after: Any) -> dict[str, Any]:
    return {"from": before, "to": after}


def test_replies_show_exactly_the_columns_of_the_declared_model() -> None:
    assert [column.key for column in rows.columns] == list(ProjectBody.model_fields)


async def test_each_reply_is_what_the_model_declares(client: AsyncClient) -> None:
    made = await _create(client, description="To the moon", visibility="public")
    read = await client.get(f"{PATH}/{made['id']}")
    page = await client.get(PATH)

    assert read.json() == made
    assert page.json() == {"items": [made], "next_cursor": None}
    assert ProjectBody.model_validate(made).model_dump(mode="json") == made


async def test_every_change_is_an_event_with_what_changed(client: AsyncClient, database_url: str) -> None:
    made = await _create(client)
    path = f"{PATH}/{made['id']}"
    await client.patch(path, json={"name": "Artemis"}, headers={"If-Match": "*"})
    await client.put(path, json={"name": "Artemis", "visibility": "public"}, headers={"If-Match": '"2"'})
    await client.delete(path, headers={"If-Match": '"3"'})
    restored = await client.post(f"{path}/restore")

    assert restored.json()["version"] == 5
    *told, deleted, restoration = await _events(database_url)
    first = {"name": _change(None, "Apollo"), "description": _change(None, ""), "visibility": _change(None, INTERNAL)}
    assert told == [
        ("project.created", 1, {"name": "Apollo", "changes": first}),
        ("project.updated", 2, {"changes": {"name": _change("Apollo", "Artemis")}}),
        ("project.updated", 3, {"changes": {"visibility": _change(INTERNAL, "public")}}),
    ]
    moment = deleted[2]["changes"]["deleted_at"]["to"]
    assert deleted == ("project.deleted", 4, {"changes": {"deleted_at": _change(None, moment)}})
    assert restoration == ("project.restored", 5, {"changes": {"deleted_at": _change(moment, None)}})


async def test_a_change_of_nothing_is_no_event_and_no_version(client: AsyncClient, database_url: str) -> None:
    made = await _create(client)
    path = f"{PATH}/{made['id']}"

    patched = await client.patch(path, json={"name": "Apollo"}, headers={"If-Match": '"1"'})
    restored = await client.post(f"{path}/restore")

    assert (patched.json(), restored.json()) == (made, made)
    assert len(await _events(database_url)) == 1


async def test_a_refused_change_is_no_event(client: AsyncClient, database_url: str) -> None:
    made = await _create(client)

    stale = await client.patch(f"{PATH}/{made['id']}", json={"name": "x"}, headers={"If-Match": '"7"'})
    missing = await client.delete(f"{PATH}/{made['id']}")

    assert (stale.status_code, missing.status_code) == (412, 428)
    assert len(await _events(database_url)) == 1


async def test_of_ten_writers_with_one_version_nine_are_told_that_it_moved(client: AsyncClient) -> None:
    made = await _create(client)
    path, headers = f"{PATH}/{made['id']}", {"If-Match": '"1"'}
    answers = await asyncio.gather(
        *(client.patch(path, json={"name": f"Name {number}"}, headers=headers) for number in range(10))
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9
    assert (await client.get(path)).json()["version"] == 2


async def test_another_organizations_project_is_not_there(client: AsyncClient, database_url: str) -> None:
    made = await _create(client)
    globex = "(SELECT id FROM organizations WHERE name = 'Globex')"
    await execute(database_url, f"UPDATE projects SET organization_id = {globex}")
    path, headers = f"{PATH}/{made['id']}", {"If-Match": "*"}

    answers = [
        await client.get(path),
        await client.put(path, json={"name": "x"}, headers=headers),
        await client.patch(path, json={"name": "x"}, headers=headers),
        await client.delete(path, headers=headers),
        await client.post(f"{path}/restore"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert (await client.get(PATH)).json()["items"] == []


async def test_filters_and_sort_keys_are_those_of_the_contract(client: AsyncClient) -> None:
    await _create(client, name="b")
    public = await _create(client, name="a", visibility="public")

    async def names(query: str) -> list[str]:
        return [item["name"] for item in (await client.get(f"{PATH}?{query}")).json()["items"]]

    assert await names("sort=name") == ["a", "b"]
    assert await names("sort=-updated_at") == ["a", "b"]
    assert await names("visibility=public") == ["a"]
    assert await names(f"created_by={public['created_by']}") == ["a", "b"]
    assert await names("created_by=00000000-0000-4000-8000-000000000000") == []


async def test_a_text_is_stored_as_it_came(client: AsyncClient) -> None:
    name = "\u202eAda 😀 ' \" \\ <b> ${HOME} {{ 7*7 }} \t"

    assert (await _create(client, name=name))["name"] == name
