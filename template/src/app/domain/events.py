"""The events of what somebody did to a row (template-owned)."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from app.domain.caller import Caller
from app.domain.changes import first_fields
from app.kit.events import Event


class Versioned(Protocol):
    """A row of a resource."""

    @property
    def id(self) -> UUID: ...

    @property
    def version(self) -> int: ...


class Account(Versioned, Protocol):
    """A user who has just registered."""

    @property
    def email(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...


class Changed(NamedTuple):
    """A row of which no more is known than what a statement gave back."""

    id: UUID
    version: int = 1


def change_event(caller: Caller, name: str, about: Versioned, data: Mapping[str, Any]) -> Event:
    """The event of what the caller did to a row: `name` is `<resource>.<what happened>`, such as `project.created`."""
    return Event(
        name=name,
        organization_id=caller.organization_id,
        actor_id=caller.user_id,
        resource=name.partition(".")[0],
        resource_id=about.id,
        version=about.version,
        data=data,
    )


def registration_events(caller: Caller, account: Account, organization_name: str) -> tuple[Event, Event]:
    """Those of a new organization and of its first user, who made both."""
    organization = first_fields({"name": organization_name})
    user = first_fields({"email": account.email, "name": account.name, "role": account.role})
    return (
        change_event(caller, "organization.created", Changed(caller.organization_id), {"changes": organization}),
        change_event(caller, "user.created", account, {"name": account.name, "changes": user}),
    )
