"""Which changes of users are allowed (template-owned; contract, "Roles")."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from app.domain.caller import Caller
from app.domain.users import check_change, leaves_no_admin
from app.kit.problems import ProblemError

SELF, OTHER = UUID(int=1), UUID(int=2)


@dataclass
class Someone:
    id: UUID = OTHER
    role: str = "Member"
    is_active: bool = True


def is_refused(person: Someone, values: dict[str, Any], *, role: str = "OrgAdmin") -> bool:
    caller = Caller(user_id=SELF, organization_id=UUID(int=9), role=role, session_id=UUID(int=8))
    try:
        check_change(caller, person, values)
    except ProblemError as error:
        assert error.kind.status == 403
        return True
    return False


@pytest.mark.parametrize("values", [{"role": "Guest"}, {"role": "OrgAdmin"}, {"is_active": False}, {"is_active": True}])
@pytest.mark.parametrize("role", ["OrgAdmin", "SuperAdmin"])
def test_nobody_changes_their_own_role_or_activity(role: str, values: dict[str, Any]) -> None:
    assert is_refused(Someone(id=SELF, role=role), values, role=role)


@pytest.mark.parametrize("role", ["OrgAdmin", "SuperAdmin"])
def test_nobody_changes_a_super_admin(role: str) -> None:
    assert is_refused(Someone(role="SuperAdmin"), {"is_active": False}, role=role)


@pytest.mark.parametrize("role", ["Guest", "Member", "Manager", "OrgAdmin"])
def test_anybody_else_may_be_changed(role: str) -> None:
    assert not is_refused(Someone(role=role), {"role": "Guest", "is_active": False})


@pytest.mark.parametrize(
    ("person", "values", "leaves"),
    [
        (Someone(role="OrgAdmin"), {"role": "Manager"}, True),
        (Someone(role="OrgAdmin"), {"is_active": False}, True),
        (Someone(role="OrgAdmin"), {"role": "OrgAdmin", "is_active": False}, True),
        (Someone(role="OrgAdmin"), {"role": "OrgAdmin"}, False),
        (Someone(role="OrgAdmin"), {}, False),
        (Someone(role="OrgAdmin", is_active=False), {"role": "Guest"}, False),
        (Someone(role="Manager"), {"is_active": False}, False),
        (Someone(role="Guest"), {"role": "OrgAdmin"}, False),
    ],
)
def test_an_active_org_admin_is_missed_when_gone(person: Someone, values: dict[str, Any], leaves: bool) -> None:
    assert leaves_no_admin(person, values) is leaves
