"""The table that the matrix is computed from, by examples of the contract (template-owned)."""

import pytest
from tests.contract.operations import Call, Kind, expected_status
from tests.contract.roles import scopes_of

CHANGE_TASK = Call("PATCH", "/api/v1/tasks/{}", "tasks:update", 200)
READ_PROJECT = Call("GET", "/api/v1/projects/{}", "projects:read", 200)


@pytest.mark.parametrize(
    ("role", "permission", "scopes"),
    [
        ("Guest", "projects:read", {"public"}),
        ("Guest", "tasks:read", {"assigned"}),
        ("Guest", "users:read", set()),
        ("Member", "projects:read", {"public", "all"}),
        ("Member", "tasks:create", {"own"}),
        ("Member", "tasks:update", {"own", "assigned"}),
        ("Member", "tasks:delete", set()),
        ("Manager", "projects:delete", {"all"}),
        ("Manager", "org:update", set()),
        ("OrgAdmin", "users:update", {"all"}),
        ("SuperAdmin", "anything:execute", {"all"}),
    ],
)
def test_a_role_has_the_scopes_of_the_contract(role: str, permission: str, scopes: set[str]) -> None:
    assert scopes_of(role, permission) == scopes


@pytest.mark.parametrize(
    ("call", "role", "kind", "status"),
    [
        (CHANGE_TASK, None, "own", 401),
        (CHANGE_TASK, "Guest", "own", 403),
        (CHANGE_TASK, "Member", "own", 200),
        (CHANGE_TASK, "Member", "assigned", 200),
        (CHANGE_TASK, "Member", "other", 403),
        (CHANGE_TASK, "Member", "foreign", 404),
        (CHANGE_TASK, "SuperAdmin", "foreign", 404),
        (READ_PROJECT, "Guest", "own", 404),
        (READ_PROJECT, "Guest", "public", 200),
        (READ_PROJECT, "Guest", "other", 404),
        (READ_PROJECT, "Member", "other", 200),
    ],
)
def test_a_status_follows_from_role_organization_and_ownership(
    call: Call, role: str | None, kind: Kind, status: int
) -> None:
    assert expected_status(call, role, kind) == status
