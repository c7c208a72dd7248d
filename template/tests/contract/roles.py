"""The contract's role table, word for word, and what it means (template-owned; contract, "Roles")."""

from tests.contract.own_roles import OWN_PERMISSIONS

ROLES = ("Guest", "Member", "Manager", "OrgAdmin", "SuperAdmin")
_GUEST = ["projects:read:public", "tasks:read:assigned", *OWN_PERMISSIONS.get("Guest", [])]
_MEMBER = [
    *(*_GUEST, "projects:read", "tasks:read", "tasks:write:own", "tasks:update:assigned", "users:read"),
    *OWN_PERMISSIONS.get("Member", []),
]
_MANAGER = [*_MEMBER, "projects:*", "tasks:*", "reports:read", *OWN_PERMISSIONS.get("Manager", [])]
_ORG_ADMIN = [
    *(*_MANAGER, "org:*", "users:*", "settings:*", "audit:read"),
    *OWN_PERMISSIONS.get("OrgAdmin", []),
]
PERMISSIONS = {
    "Guest": sorted(_GUEST),
    "Member": sorted(_MEMBER),
    "Manager": sorted(_MANAGER),
    "OrgAdmin": sorted(_ORG_ADMIN),
    "SuperAdmin": ["*:*"],
}


def scopes_of(role: str, permission: str) -> set[str]:
    """The scopes in which a role has `<resource>:<action>`."""
    resource, action = permission.split(":")
    found = set()
    for held in PERMISSIONS[role]:
        words = [*held.split(":"), "all"]
        if words[0] in ("*", resource) and action in {"*": [action], "write": ["create", "update"]}.get(
            words[1], [words[1]]
        ):
            found.add(words[2])
    return found


def may(role: str, permission: str, kind: str) -> bool:
    """Whether a role may do it on a row that is `own`, `assigned`, `public` or `other` to the caller."""
    return bool(scopes_of(role, permission) & {"all", kind})
