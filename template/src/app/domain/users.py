"""Which changes of users are allowed (template-owned; contract, "Roles")."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from app.domain.caller import Caller
from app.kit.problems import FORBIDDEN, ProblemError


class Person(Protocol):
    """A user, as far as rules ask."""

    @property
    def id(self) -> UUID: ...

    @property
    def role(self) -> str: ...

    @property
    def is_active(self) -> bool: ...


def check_change(caller: Caller, person: Person, values: Mapping[str, Any]) -> None:
    """Refuse a change of one's own role or activity, and any of a SuperAdmin.

    Raises:
        ProblemError: 403.
    """
    if values and person.id == caller.user_id:
        raise ProblemError(FORBIDDEN, "Nobody changes their own role or activity.")
    if person.role == "SuperAdmin":
        raise ProblemError(FORBIDDEN, "A SuperAdmin is changed by the command grant-role only.")


def leaves_no_admin(person: Person, values: Mapping[str, Any]) -> bool:
    """Whether the change takes an active OrgAdmin away, so that another must be there."""
    is_admin = person.role == "OrgAdmin" and person.is_active
    return is_admin and (values.get("role", "OrgAdmin") != "OrgAdmin" or not values.get("is_active", True))
