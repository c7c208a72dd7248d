"""How to make the operations on users succeed (template-owned)."""

from tests.contract.operations import Call, Cast, Kind

USERS = "/api/v1/users"


class Users:
    """Users: oneself, somebody else, somebody of another organization."""

    kinds: tuple[Kind, ...] = ("own", "other", "foreign")

    def make(self, cast: Cast, role: str | None, kind: Kind) -> str:
        if kind == "foreign":
            return cast.foreigner.id
        if kind == "own" and role is not None:
            return cast.person(role).id
        return cast.person("Manager" if role == "Member" else "Member").id


CALLS = [
    Call("GET", USERS, "users:read", 200),
    Call("GET", f"{USERS}/{{}}", "users:read", 200, rows=Users()),
    # Nobody changes their own activity.
    Call(
        "PATCH",
        f"{USERS}/{{}}",
        "users:update",
        200,
        body=lambda _cast: {"is_active": True},
        rows=Users(),
        needs_version=True,
        but={"own": 403},
    ),
]
