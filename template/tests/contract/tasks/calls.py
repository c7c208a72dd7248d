"""How to make the operations on tasks succeed (sample: yours after the first render)."""

from typing import Any

from tests.contract.nouns import unique
from tests.contract.operations import Call, Cast, Kind
from tests.contract.tasks.steps import NOUN, TASKS, home


class Tasks:
    """Tasks: the caller's own, assigned to them, neither, and those of another organization."""

    kinds: tuple[Kind, ...] = ("own", "assigned", "other", "foreign")

    def __init__(self, *, deleted: bool = False) -> None:
        self._deleted = deleted

    def make(self, cast: Cast, role: str | None, kind: Kind) -> str:
        author = cast.author(role, kind)
        if kind == "own" and role is not None:
            with cast.as_manager(role) as caller:
                task = NOUN.make(caller, project_id=_home(cast))
        elif kind == "assigned" and role is not None:
            task = NOUN.make(author, assignee_id=cast.person(role).id)
        else:
            task = NOUN.make(author)
        if self._deleted:
            NOUN.delete(author, task)
        return str(task["id"])


def _home(cast: Cast) -> str:
    return home(cast.client("OrgAdmin"))


def _body(cast: Cast) -> dict[str, Any]:
    return {"project_id": _home(cast), "title": unique()}


ONE = f"{TASKS}/{{}}"
CALLS = [
    Call("GET", TASKS, "tasks:read", 200),
    Call("POST", TASKS, "tasks:create", 201, body=_body),
    Call("GET", ONE, "tasks:read", 200, rows=Tasks()),
    Call("PUT", ONE, "tasks:update", 200, body=_body, rows=Tasks(), needs_version=True),
    Call("PATCH", ONE, "tasks:update", 200, body=lambda _cast: {"title": "x"}, rows=Tasks(), needs_version=True),
    Call("DELETE", ONE, "tasks:delete", 204, rows=Tasks(), needs_version=True),
    Call(
        "POST",
        f"{ONE}/assign",
        "tasks:update",
        200,
        body=lambda cast: {"assignee_id": cast.person("Guest").id},
        rows=Tasks(),
        needs_version=True,
    ),
    Call("POST", f"{ONE}/restore", "tasks:delete", 200, rows=Tasks(deleted=True)),
]
