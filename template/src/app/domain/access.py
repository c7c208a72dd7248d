"""Who may do what: the one place that decides (template-owned; contract, "Roles")."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal, Protocol, get_args
from uuid import UUID

from app.domain.caller import Caller
from app.domain.own_roles import OWN_PERMISSIONS
from app.kit.permissions import Action, Scope, granted_scopes
from app.kit.problems import FORBIDDEN, NOT_FOUND, ProblemError

Role = Literal["Guest", "Member", "Manager", "OrgAdmin", "SuperAdmin"]
# Over HTTP nobody is made a SuperAdmin: that takes the command `grant-role`.
GrantableRole = Literal["Guest", "Member", "Manager", "OrgAdmin"]
ROLES: tuple[Role, ...] = get_args(Role)

# What each role has besides those below it; a service adds its own in own_roles.py.
_ADDED: Mapping[Role, tuple[str, ...]] = {
    "Guest": ("projects:read:public", "tasks:read:assigned"),
    "Member": ("projects:read", "tasks:read", "tasks:write:own", "tasks:update:assigned", "users:read"),
    "Manager": ("projects:*", "tasks:*", "reports:read"),
    "OrgAdmin": ("org:*", "users:*", "settings:*", "audit:read"),
}


def _cumulated() -> Iterator[tuple[Role, tuple[str, ...]]]:
    held: set[str] = set()
    for role, added in _ADDED.items():
        held.update(added, OWN_PERMISSIONS.get(role, ()))
        yield role, tuple(sorted(held))
    yield "SuperAdmin", ("*:*",)


PERMISSIONS: Mapping[str, tuple[str, ...]] = dict(_cumulated())


class Owned(Protocol):
    """A row of a resource. A resource that can be assigned or published has `assignee_id` or `visibility` too."""

    @property
    def created_by(self) -> UUID | None: ...


@cache
def scopes_of(role: str, resource: str, action: Action) -> frozenset[Scope]:
    """The scopes in which a role may do `action` on `resource` ("tasks"); a role that there isn't may do nothing."""
    return granted_scopes(PERMISSIONS.get(role, ()), resource, action)


def check_operation(caller: Caller, resource: str, action: Action) -> None:
    """Let the caller in where the role has the permission in some scope.

    Raises:
        ProblemError: 403.
    """
    if not scopes_of(caller.role, resource, action):
        raise _forbidden()


def check_row(caller: Caller, resource: str, action: Action, row: Owned) -> None:
    """Hold a live row of the caller's organization against the permissions.

    Raises:
        ProblemError: 404 where the caller may not even read it, 403 where it may be read, but not this.
    """
    if not may(caller, resource, "read", row):
        raise not_found()
    if not may(caller, resource, action, row):
        raise _forbidden()


def may(caller: Caller, resource: str, action: Action, row: Owned) -> bool:
    """Whether the caller may do `action` on this row, which must be of the caller's organization."""
    scopes = scopes_of(caller.role, resource, action)
    return "all" in scopes or any(_holds(scope, caller, row) for scope in scopes)


def not_found() -> ProblemError:
    """Absent, deleted, foreign or hidden: all the same from outside."""
    return ProblemError(NOT_FOUND, "No such path, or nothing with this id that you may see.")


def _holds(scope: Scope, caller: Caller, row: Owned) -> bool:
    if scope == "own":
        return row.created_by == caller.user_id
    if scope == "assigned":
        return getattr(row, "assignee_id", None) == caller.user_id
    return scope == "public" and getattr(row, "visibility", None) == "public"


def _forbidden() -> ProblemError:
    return ProblemError(FORBIDDEN, "Your role does not allow this.")
