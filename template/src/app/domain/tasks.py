"""What a task is, and what is told of its changes (sample: yours after the first render)."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from app.kit.resource import Resource

Status = Literal["todo", "doing", "done"]
Priority = Literal["low", "normal", "high"]

task = Resource(name="task", plural="tasks", searchable=("title", "description"), attachable=True)


def name_event(changes: Mapping[str, Any]) -> str:
    """Which event these changes are: `task.assigned` where nothing else than the assignee is another."""
    return "task.assigned" if set(changes) == {"assignee_id"} else "task.updated"


def told(changes: Mapping[str, Mapping[str, Any]], actor_id: UUID) -> dict[str, Any]:
    """What an event says: `changes` as {field: {from, to}}, and in `notify` who was assigned by somebody else."""
    assignee_id = changes.get("assignee_id", {}).get("to")
    is_news = assignee_id is not None and assignee_id != actor_id
    return {"changes": changes} | ({"notify": [assignee_id]} if is_news else {})
