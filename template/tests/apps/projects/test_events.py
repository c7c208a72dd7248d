"""What changes of projects tell (sample: yours after the first render)."""

import pytest
from django.db import transaction
from tests.apps.people import caller_as, told

from app.apps.projects.services import change_project, create_project, delete_project, restore_project
from app.kit.problems import ProblemError

pytestmark = pytest.mark.usefixtures("seeded")


def test_every_change_is_an_event_with_what_changed() -> None:
    caller = caller_as()
    made_id = create_project(caller, {"name": "Apollo"}).id
    change_project(caller, made_id, "*", {"name": "Artemis"})
    change_project(caller, made_id, '"2"', {"name": "Artemis", "visibility": "public"})
    delete_project(caller, made_id, '"3"')
    restored = restore_project(caller, made_id)

    assert restored.version == 5
    *updates, deleted, restoration = told("project")
    moment = deleted[2]["changes"]["deleted_at"]["to"]
    assert moment is not None
    assert deleted == ("project.deleted", 4, {"changes": {"deleted_at": {"from": None, "to": moment}}})
    assert restoration == ("project.restored", 5, {"changes": {"deleted_at": {"from": moment, "to": None}}})
    assert updates == [
        ("project.created", 1, {"name": "Apollo", "changes": {"name": {"from": None, "to": "Apollo"}}}),
        ("project.updated", 2, {"changes": {"name": {"from": "Apollo", "to": "Artemis"}}}),
        ("project.updated", 3, {"changes": {"visibility": {"from": "organization", "to": "public"}}}),
    ]


def test_a_change_of_nothing_is_no_event_and_no_version() -> None:
    caller = caller_as()
    made = create_project(caller, {"name": "Apollo"})

    assert change_project(caller, made.id, '"1"', {"name": "Apollo"}).version == 1
    assert restore_project(caller, made.id).version == 1
    assert len(told("project")) == 1


@pytest.mark.parametrize(("if_match", "status"), [('"7"', 412), (None, 428)])
def test_a_refused_change_is_no_event(if_match: str | None, status: int) -> None:
    caller = caller_as()
    made = create_project(caller, {"name": "Apollo"})

    with pytest.raises(ProblemError) as refused, transaction.atomic():
        change_project(caller, made.id, if_match, {"name": "Artemis"})

    assert refused.value.kind.status == status
    assert len(told("project")) == 1


def test_another_organizations_project_is_not_there() -> None:
    made, foreigner = create_project(caller_as(), {"name": "Apollo"}), caller_as("superadmin@globex.example")

    for work in (
        lambda: change_project(foreigner, made.id, "*", {"name": "x"}),
        lambda: delete_project(foreigner, made.id, "*"),
        lambda: restore_project(foreigner, made.id),
    ):
        with pytest.raises(ProblemError) as refused, transaction.atomic():
            work()
        assert refused.value.kind.status == 404
