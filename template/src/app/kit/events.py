"""The envelope of events: how core tells components what happened (template-owned)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4


@dataclass(frozen=True)
class Event:
    """Something that was committed: `name` is `<resource>.<what happened>`, such as `project.created`.

    `id` is stable over redelivery: a handler that must act once remembers it. `data` is JSON; its member `notify`, a
    list of users' ids, says whom the event concerns.
    """

    name: str
    organization_id: UUID
    actor_id: UUID | None
    resource: str
    resource_id: UUID
    version: int
    data: Mapping[str, Any]
    id: UUID = field(default_factory=uuid4)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
