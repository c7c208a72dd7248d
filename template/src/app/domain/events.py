"""The events of what somebody did to a row (template-owned)."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from app.domain.caller import Caller
from app.kit.events import Event


class Versioned(Protocol):
    """A row of a resource."""

    @property
    def id(self) -> UUID: ...

    @property
    def version(self) -> int: ...


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
