"""A task's life, for tests of what must not disturb it (sample: yours after the first render)."""

from httpx2 import Client


def work_on_one(client: Client) -> None:
    """Make, read, change and delete a task, which needs no server but PostgreSQL."""
    project = client.post("/api/v1/projects", json={"name": "Home of a task"})
    assert project.status_code == 201, project.text
    made = client.post("/api/v1/tasks", json={"project_id": project.json()["id"], "title": "Fuel the engine"})
    assert made.status_code == 201, made.text
    path, any_version = f"/api/v1/tasks/{made.json()['id']}", {"If-Match": "*"}
    assert client.get(path).status_code == 200
    assert client.patch(path, json={"status": "doing"}, headers=any_version).json()["status"] == "doing"
    assert client.delete(path, headers=any_version).status_code == 204
