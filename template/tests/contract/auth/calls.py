"""How to make the operations on accounts and sessions succeed (template-owned)."""

from tests.contract.operations import Call, Cast, Kind
from tests.contract.people import AUTH, SEED_PASSWORD, claims_of, registration


class Sessions:
    """Sessions, which only their own user can end."""

    kinds: tuple[Kind, ...] = ("own", "other", "foreign")

    def make(self, cast: Cast, role: str | None, kind: Kind) -> str:
        """A session of the caller that is not the current one, or one of somebody else."""
        if kind == "own" and role is not None:
            return str(claims_of(_log_in(cast, cast.person(role).email)["access_token"])["sid"])
        if kind == "foreign":
            return cast.foreigner.session_id
        return cast.person("Manager" if role == "OrgAdmin" else "OrgAdmin").session_id


def _log_in(cast: Cast, email: str) -> dict[str, str]:
    given = {"email": email, "password": SEED_PASSWORD}
    tokens: dict[str, str] = cast.anonymous.post(f"{AUTH}/login", json=given).json()
    return tokens


CALLS = [
    Call("POST", f"{AUTH}/register", "public", 201, body=lambda _cast: registration()),
    Call(
        "POST",
        f"{AUTH}/login",
        "public",
        200,
        body=lambda _cast: {"email": "member@globex.example", "password": SEED_PASSWORD},
    ),
    Call(
        "POST",
        f"{AUTH}/refresh",
        "public",
        200,
        body=lambda cast: {"refresh_token": _log_in(cast, "member@globex.example")["refresh_token"]},
    ),
    Call("POST", f"{AUTH}/logout", "authenticated", 204, ends_session=True),
    Call("POST", f"{AUTH}/logout-all", "authenticated", 204, ends_session=True),
    Call("GET", f"{AUTH}/me", "authenticated", 200),
    Call("PATCH", f"{AUTH}/me", "authenticated", 200, body=lambda _cast: {"name": "Globex Person"}, needs_version=True),
    # Nobody's password is changed: that the current one is looked at shows that the caller was let through.
    Call(
        "POST",
        f"{AUTH}/password/change",
        "authenticated",
        422,
        body=lambda _cast: {"current_password": "not the one", "new_password": "lanterns drift over harbours"},
        pointers=("/body/current_password",),
    ),
    Call("GET", f"{AUTH}/sessions", "authenticated", 200),
    Call("DELETE", f"{AUTH}/sessions/{{}}", "authenticated", 204, rows=Sessions(), but={"other": 404, "foreign": 404}),
]
