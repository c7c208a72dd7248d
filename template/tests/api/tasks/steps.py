"""What the tests of tasks do again and again, inside the service (sample: yours after the first render)."""

import json
from typing import Any

from httpx2 import AsyncClient, Response
from tests.api.database import fetch

PROJECTS, TASKS = "/api/v1/projects", "/api/v1/tasks"
ANY = {"If-Match": "*"}

Body = dict[str, Any]


async def make_project(client: AsyncClient, **fields: Any) -> Body:
    return _made(await client.post(PROJECTS, json={"name": "Apollo", **fields}))


async def make_task(client: AsyncClient, project: Body, **fields: Any) -> Body:
    return _made(await client.post(TASKS, json={"project_id": project["id"], "title": "Land", **fields}))


def _made(response: Response) -> Body:
    assert response.status_code == 201, response.text
    made: Body = response.json()
    return made


def path_of(task: Body) -> str:
    return f"{TASKS}/{task['id']}"


async def events(url: str, resource: str = "task") -> list[tuple[str, int, Body]]:
    """Name, version and data of the events about a resource, in their order."""
    query = "SELECT name, version, data::text FROM outbox WHERE resource = $1 ORDER BY at"
    return [(row["name"], row["version"], json.loads(row["data"])) for row in await fetch(url, query, resource)]
