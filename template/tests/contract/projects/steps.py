"""What the project tests do again and again, over HTTP (sample: yours after the first render)."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from httpx2 import Client, Response

PROJECTS = "/api/v1/projects"
MERGE_PATCH = "application/merge-patch+json"
MOST_PAGES = 2_000

Project = dict[str, Any]


def unique_name(word: str = "project") -> str:
    """A name that no other project has, whatever ran on this database before."""
    return f"{word} {uuid4()}"


def path_of(project: Project) -> str:
    return f"{PROJECTS}/{project['id']}"


def create_project(client: Client, **fields: Any) -> Project:
    """Make a project, with a name of its own unless one is given."""
    response = client.post(PROJECTS, json={"name": unique_name(), **fields})
    assert response.status_code == 201, response.text
    project: Project = response.json()
    return project


def read_project(client: Client, project: Project) -> Project:
    """The project as it is now."""
    response = client.get(path_of(project))
    assert response.status_code == 200, response.text
    current: Project = response.json()
    return current


def patch_project(
    client: Client, project: Project, fields: Mapping[str, Any], *, if_match: str | None = None
) -> Response:
    """Change some fields of the version in hand, or of what `if_match` says."""
    tag = f'"{project["version"]}"' if if_match is None else if_match
    return client.patch(path_of(project), json=fields, headers={"If-Match": tag})


def delete_project(client: Client, project: Project) -> None:
    """Delete the project, whatever its version."""
    response = client.delete(path_of(project), headers={"If-Match": "*"})
    assert response.status_code == 204, response.text


def pages(client: Client, **query: Any) -> Iterator[list[Project]]:
    """The pages of a list, each asked for when it is needed; fails on a list that doesn't end."""
    cursor: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        response = client.get(PROJECTS, params={**query, **cursor})
        assert response.status_code == 200, response.text
        body = response.json()
        yield body["items"]
        if body["next_cursor"] is None:
            return
        cursor = {"cursor": body["next_cursor"]}
    raise AssertionError("the list does not end")


def walk(client: Client, **query: Any) -> list[Project]:
    """Every project of a list, page after page."""
    return [project for page in pages(client, **query) for project in page]


def ids(projects: list[Project], *, among: list[Project]) -> list[str]:
    """The ids of `projects` in their order, of those only that `among` holds."""
    wanted = {project["id"] for project in among}
    return [project["id"] for project in projects if project["id"] in wanted]
