"""What a task may name, and what is told of its changes (sample: yours after the first render)."""

from typing import Any
from uuid import UUID

import pytest

from app.domain.tasks import check_references, name_event, told
from app.kit.problems import ProblemError

ME, YOU = UUID(int=1), UUID(int=2)
TITLE: dict[str, Any] = {"title": {"from": "A", "to": "B"}}


def _given_to(assignee_id: UUID | None) -> dict[str, Any]:
    return {"assignee_id": {"from": None, "to": assignee_id}}


def test_somebody_else_who_is_assigned_is_to_be_told() -> None:
    assert told(_given_to(YOU), ME) == {"changes": _given_to(YOU), "notify": [YOU]}
    assert told(TITLE | _given_to(YOU), ME)["notify"] == [YOU]


@pytest.mark.parametrize("changes", [_given_to(ME), _given_to(None), TITLE, {}])
def test_otherwise_nobody_is_to_be_told(changes: dict[str, Any]) -> None:
    assert told(changes, ME) == {"changes": changes}


@pytest.mark.parametrize(
    ("changes", "event"),
    [
        (_given_to(YOU), "task.assigned"),
        (_given_to(None), "task.assigned"),
        (TITLE, "task.updated"),
        (TITLE | _given_to(YOU), "task.updated"),
    ],
)
def test_an_event_is_named_by_what_changed(changes: dict[str, Any], event: str) -> None:
    assert name_event(changes) == event


@pytest.mark.parametrize(
    ("has_project", "has_assignee", "pointers"),
    [
        (False, True, ["/body/project_id"]),
        (True, False, ["/body/assignee_id"]),
        (False, False, ["/body/project_id", "/body/assignee_id"]),
    ],
)
def test_every_id_that_names_nothing_is_named(has_project: bool, has_assignee: bool, pointers: list[str]) -> None:
    with pytest.raises(ProblemError) as refused:
        check_references(has_project=has_project, has_assignee=has_assignee)
    assert (refused.value.kind.status, [error.pointer for error in refused.value.errors]) == (422, pointers)


def test_ids_that_name_something_are_taken() -> None:
    check_references(has_project=True, has_assignee=True)
