"""Who may do what (template-owned; contract, "Roles")."""

import runpy
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract.own_roles import OWN_PERMISSIONS as ASKED_FOR

from app.domain import access, own_roles
from app.domain.access import PERMISSIONS, ROLES, Role, check_operation, check_row, may, scopes_of
from app.domain.caller import Caller
from app.domain.own_roles import OWN_PERMISSIONS
from app.kit.permissions import ACTIONS, Action
from app.kit.problems import ProblemError

ALL = {"all", "own", "assigned", "public"}
RESOURCES = ["projects", "tasks", "users", "org", "settings", "reports", "audit", "invoices"]
CALLER, OTHER = UUID(int=1), UUID(int=2)
GUEST = ["projects:read:public", "tasks:read:assigned"]
MEMBER = [*GUEST, "projects:read", "tasks:read", "tasks:write:own", "tasks:update:assigned", "users:read"]
MANAGER = [*MEMBER, "projects:*", "tasks:*", "reports:read"]
ORG_ADMIN = [*MANAGER, "org:*", "users:*", "settings:*", "audit:read"]
WRITES = {"create": ALL, "update": ALL, "delete": ALL, "execute": ALL}
EVERYTHING = {"read": ALL, **WRITES}
# What a role may do, by resource and action; what is not listed it may not do in any scope.
TABLE: dict[Role, dict[str, dict[str, set[str]]]] = {
    "Guest": {"projects": {"read": {"public"}}, "tasks": {"read": {"assigned"}}},
    "Member": {
        "projects": {"read": ALL},
        "tasks": {"read": ALL, "create": {"own"}, "update": {"own", "assigned"}},
        "users": {"read": ALL},
    },
    "Manager": {
        "projects": EVERYTHING,
        "tasks": EVERYTHING,
        "users": {"read": ALL},
        "reports": {"read": ALL},
    },
    "OrgAdmin": {
        "projects": EVERYTHING,
        "tasks": EVERYTHING,
        "users": EVERYTHING,
        "org": EVERYTHING,
        "settings": EVERYTHING,
        "reports": {"read": ALL},
        "audit": {"read": ALL},
    },
    "SuperAdmin": dict.fromkeys(RESOURCES, EVERYTHING),
}


@dataclass
class Row:
    """A row of a resource that is neither assigned nor published."""

    created_by: UUID | None


@dataclass
class Task(Row):
    assignee_id: UUID | None = None


@dataclass
class Project(Row):
    visibility: str = "organization"


def caller(role: str) -> Caller:
    return Caller(user_id=CALLER, organization_id=UUID(int=9), role=role, session_id=UUID(int=8))


def status_of(role: str, resource: str, action: Action, row: Row) -> int:
    try:
        check_row(caller(role), resource, action, row)
    except ProblemError as error:
        return error.kind.status
    return 200


def test_there_are_five_roles_from_the_least_to_the_greatest() -> None:
    assert ROLES == ("Guest", "Member", "Manager", "OrgAdmin", "SuperAdmin")
    assert tuple(PERMISSIONS) == ROLES


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        ("Guest", GUEST),
        ("Member", MEMBER),
        ("Manager", MANAGER),
        ("OrgAdmin", ORG_ADMIN),
        ("SuperAdmin", ["*:*"]),
    ],
)
def test_the_permissions_of_a_role_are_those_of_the_contract_sorted(role: Role, permissions: list[str]) -> None:
    own = {permission for added in OWN_PERMISSIONS.values() for permission in added}
    assert list(PERMISSIONS[role]) == sorted(PERMISSIONS[role])
    assert set(PERMISSIONS[role]) - own == set(permissions)


def test_a_service_adds_permissions_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_roles, "OWN_PERMISSIONS", {"Member": ("notes:read",), "Manager": ("notes:*",)})
    permissions = runpy.run_path(access.__file__)["PERMISSIONS"]

    held = {role: [one for one in permissions[role] if one.startswith("notes:")] for role in ROLES}
    assert held == {
        "Guest": [],
        "Member": ["notes:read"],
        "Manager": ["notes:*", "notes:read"],
        "OrgAdmin": ["notes:*", "notes:read"],
        "SuperAdmin": [],
    }


def test_the_contract_suite_asks_for_the_same_permissions_of_our_own() -> None:
    assert {role: list(added) for role, added in OWN_PERMISSIONS.items()} == ASKED_FOR


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_contract_says_and_nothing_else(role: Role, resource: str, action: Action) -> None:
    assert scopes_of(role, resource, action) == TABLE[role].get(resource, {}).get(action, set())


@given(st.sampled_from(RESOURCES) | st.text(max_size=9), st.sampled_from(ACTIONS), st.integers(0, 3))
def test_a_greater_role_may_do_whatever_a_lesser_may(resource: str, action: Action, place: int) -> None:
    lesser, greater = ROLES[place], ROLES[place + 1]
    assert scopes_of(lesser, resource, action) <= scopes_of(greater, resource, action)


@given(st.text(max_size=12).filter(lambda role: role not in ROLES), st.sampled_from(RESOURCES))
def test_a_role_that_there_is_not_may_do_nothing(role: str, resource: str) -> None:
    assert [action for action in ACTIONS if scopes_of(role, resource, action)] == []


@pytest.mark.parametrize("role", ["guest", "GUEST", "orgadmin", "OrgAdmin ", "superadmin", "*", ""])
def test_a_role_is_spelled_as_in_the_contract(role: str) -> None:
    assert scopes_of(role, "projects", "read") == set()


@pytest.mark.parametrize(
    ("role", "resource", "action", "lets_in"),
    [
        ("Guest", "projects", "read", True),
        ("Guest", "projects", "create", False),
        ("Guest", "users", "read", False),
        ("Member", "tasks", "update", True),
        ("Member", "tasks", "delete", False),
        ("Manager", "org", "update", False),
        ("OrgAdmin", "org", "update", True),
        ("SuperAdmin", "anything", "execute", True),
    ],
)
def test_an_operation_lets_in_who_has_its_permission_in_some_scope(
    role: str, resource: str, action: Action, lets_in: bool
) -> None:
    if lets_in:
        check_operation(caller(role), resource, action)
        return
    with pytest.raises(ProblemError) as caught:
        check_operation(caller(role), resource, action)
    assert caught.value.kind.status == 403


@pytest.mark.parametrize(
    ("role", "row", "read", "update", "delete"),
    [
        ("Guest", Project(CALLER), 404, 404, 404),
        ("Guest", Project(CALLER, "public"), 200, 403, 403),
        ("Guest", Project(OTHER, "public"), 200, 403, 403),
        ("Guest", Project(OTHER), 404, 404, 404),
        ("Member", Project(CALLER), 200, 403, 403),
        ("Member", Project(OTHER), 200, 403, 403),
        ("Manager", Project(OTHER), 200, 200, 200),
        ("SuperAdmin", Project(None), 200, 200, 200),
    ],
)
def test_a_project_is_hidden_or_read_only_or_open(role: str, row: Row, read: int, update: int, delete: int) -> None:
    assert status_of(role, "projects", "read", row) == read
    assert status_of(role, "projects", "update", row) == update
    assert status_of(role, "projects", "delete", row) == delete


@pytest.mark.parametrize(
    ("role", "row", "read", "update", "delete"),
    [
        ("Guest", Task(CALLER), 404, 404, 404),
        ("Guest", Task(OTHER, CALLER), 200, 403, 403),
        ("Guest", Task(OTHER, OTHER), 404, 404, 404),
        ("Member", Task(CALLER), 200, 200, 403),
        ("Member", Task(CALLER, OTHER), 200, 200, 403),
        ("Member", Task(OTHER, CALLER), 200, 200, 403),
        ("Member", Task(OTHER), 200, 403, 403),
        ("Member", Task(OTHER, OTHER), 200, 403, 403),
        ("Manager", Task(OTHER), 200, 200, 200),
    ],
)
def test_a_task_is_hidden_or_read_only_or_open(role: str, row: Row, read: int, update: int, delete: int) -> None:
    assert status_of(role, "tasks", "read", row) == read
    assert status_of(role, "tasks", "update", row) == update
    assert status_of(role, "tasks", "delete", row) == delete


@pytest.mark.parametrize("resource", ["projects", "tasks"])
def test_a_row_that_cannot_be_assigned_or_published_is_neither(resource: str) -> None:
    assert not may(caller("Guest"), resource, "read", Row(CALLER))


def test_a_row_without_maker_and_assignee_is_nobodys_own() -> None:
    assert not may(caller("Member"), "tasks", "update", Task(None, None))
