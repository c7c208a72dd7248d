"""Every operation, and how a test makes it succeed (template-owned).

Each noun tells of its own in `tests/contract/<noun>/calls.py`, as the list `CALLS`; nothing lists the nouns.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Protocol

from httpx2 import Client, Response
from tests.contract.people import Person, SeededPeople
from tests.contract.roles import ROLES, may, scopes_of

MERGE_PATCH = "application/merge-patch+json"
METHODS = ("get", "put", "post", "delete", "patch")
# What a row is to the caller: made by them, assigned to them, published, none of these, or of another organization.
Kind = Literal["own", "assigned", "public", "other", "foreign"]
_LOCAL = {"Guest": "guest", "Member": "member", "Manager": "manager", "OrgAdmin": "admin", "SuperAdmin": "superadmin"}


class Cast:
    """Who acts: the people of Globex by their roles, and the OrgAdmin of Acme for what is foreign to them."""

    def __init__(self, acting_as: SeededPeople, anonymous: Client) -> None:
        self._acting_as = acting_as
        self.anonymous = anonymous

    def person(self, role: str) -> Person:
        """Somebody with this role."""
        return self._acting_as(f"{_LOCAL[role]}@globex.example")

    def client(self, role: str | None) -> Client:
        """What somebody with this role, or nobody, sends requests with."""
        return self.anonymous if role is None else self.person(role).client

    @property
    def foreigner(self) -> Person:
        return self._acting_as("admin@acme.example")

    def author(self, role: str | None, kind: Kind) -> Client:
        """Somebody else who may make a row that is not the caller's own: of the organization, or of another."""
        if kind == "foreign":
            return self.foreigner.client
        return self.client("Manager" if role == "OrgAdmin" else "OrgAdmin")

    @contextmanager
    def as_manager(self, role: str) -> Iterator[Client]:
        """Somebody who may make any row for now, and has their old role afterwards."""
        person = self.person(role)
        if role in ("Guest", "Member"):
            self._give_role(person, "Manager")
        yield person.client
        if role in ("Guest", "Member"):
            self._give_role(person, role)

    def _give_role(self, person: Person, role: str) -> None:
        boss = self.client("OrgAdmin")
        changed = boss.patch(f"/api/v1/users/{person.id}", json={"role": role}, headers={"If-Match": "*"})
        assert changed.status_code == 200, changed.text
        assert person.refresh().status_code == 200

    def after(self, call: "Call") -> None:
        """Log people in again where the call ended their sessions."""
        if call.ends_session:
            self._acting_as.forget("globex.example")


class Rows(Protocol):
    """Rows of one noun: which kinds there are, and how to come by the id of one."""

    @property
    def kinds(self) -> tuple[Kind, ...]: ...

    def make(self, cast: Cast, role: str | None, kind: Kind) -> str: ...


Body = Callable[[Cast], dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Call:
    """One operation. `path` has `{}` where the document has a parameter; `permission` is the contract's.

    `success` is the status where authorization lets the call through; `but` says otherwise for some kinds of rows.
    """

    method: str
    path: str
    permission: str
    success: int
    body: Body | None = None
    rows: Rows | None = None
    needs_version: bool = False
    but: Mapping[Kind, int] = field(default_factory=dict)
    pointers: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    ends_session: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def media_type(self) -> str:
        return MERGE_PATCH if self.method == "PATCH" else "application/json"

    def at(self, row_id: str) -> str:
        """The path, for one row; of a row on another one, the ids of both with a space between."""
        path, last = self.path, row_id
        for last in row_id.split(" "):
            path = path.replace("{}", last, 1)
        return path.replace("{}", last)

    def send(self, cast: Cast, client: Client, row_id: str = "") -> Response:
        """Make the call as it would succeed."""
        headers = {"If-Match": "*"} if self.needs_version else {}
        body = None if self.body is None else self.body(cast)
        return client.request(self.method, self.at(row_id), params=self.query, json=body, headers=headers)


def expected_status(call: Call, role: str | None, kind: Kind | None) -> int:
    """What the contract says: 401, then 403 without the permission in any scope, then 404 and 403 for the row."""
    if call.permission == "public":
        return call.success
    if role is None:
        return 401
    if call.permission != "authenticated":
        if not scopes_of(role, call.permission):
            return 403
        if kind is not None and not may(role, f"{call.permission.partition(':')[0]}:read", kind):
            return 404
        if kind == "foreign":
            return 404
        if kind is not None and not may(role, call.permission, kind):
            return 403
    return call.success if kind is None else call.but.get(kind, call.success)


@cache
def known_calls() -> tuple[Call, ...]:
    """The calls of every noun that is here."""
    nouns = sorted(file.parent.name for file in Path(__file__).parent.glob("*/calls.py"))
    return tuple(call for noun in nouns for call in import_module(f"tests.contract.{noun}.calls").CALLS)


def described_operations(document: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """The operations of `/openapi.json` below `/api/`, by method and path; a parameter of a path is `{}`."""
    return {
        (method.upper(), re.sub(r"\{[^}]*\}", "{}", path)): item[method]
        for path, item in document["paths"].items()
        if path.startswith("/api/")
        for method in METHODS
        if method in item
    }


def roles_and_nobody() -> tuple[str | None, ...]:
    return (None, *ROLES)
