"""What a task is, and what is told of its changes (sample: yours after the first render)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from app.domain.caller import Caller
from app.domain.events import Changed, change_event
from app.kit.events import Event
from app.kit.problems import CONFLICT, INVALID, FieldError, ProblemError
from app.kit.resource import Resource

Status = Literal["todo", "doing", "done"]
Priority = Literal["low", "normal", "high"]
Sort = Literal["created_at", "-created_at", "updated_at", "-updated_at", "due_at", "-due_at"]

task = Resource(name="task", plural="tasks", searchable=("title", "description"), attachable=True, also=("assigned",))


def check_references(*, has_project: bool, has_assignee: bool) -> None:
    """Refuse a body that names no live project, or no active user, of the caller's organization.

    Raises:
        ProblemError: 422.
    """
    faults = []
    if not has_project:
        faults.append(FieldError("/body/project_id", "must be the id of a project of your organization"))
    if not has_assignee:
        faults.append(FieldError("/body/assignee_id", "must be the id of an active user of your organization"))
    if faults:
        raise ProblemError(INVALID, "See errors for what to change.", errors=faults)


def without_home() -> ProblemError:
    """A 409: the project of a task that is to be restored isn't there."""
    return ProblemError(CONFLICT, "Its project is deleted, or was a moment ago: restore that first.")


def name_event(changes: Mapping[str, Any]) -> str:
    """Which event these changes are: `task.assigned` where nothing else than the assignee is another."""
    return "task.assigned" if set(changes) == {"assignee_id"} else "task.updated"


def told(changes: Mapping[str, Mapping[str, Any]], actor_id: UUID) -> dict[str, Any]:
    """What an event says: `changes` as {field: {from, to}}, and in `notify` who was assigned by somebody else."""
    assignee_id = changes.get("assignee_id", {}).get("to")
    is_news = assignee_id is not None and assignee_id != actor_id
    return {"changes": changes} | ({"notify": [assignee_id]} if is_news else {})


def cascade_events(
    caller: Caller,
    name: str,
    changed: Iterable[tuple[UUID, int, datetime | None]],
    was_deleted_at: Mapping[UUID, datetime | None],
) -> list[Event]:
    """The events of tasks that went, or came back, with their project: of each its id, version and `deleted_at` now.

    `was_deleted_at` is when each was deleted before; of those that were not it says nothing.
    """
    return [
        change_event(
            caller,
            name,
            Changed(task_id, version),
            told({"deleted_at": {"from": was_deleted_at.get(task_id), "to": deleted_at}}, caller.user_id),
        )
        for task_id, version, deleted_at in changed
    ]
