"""Who is asking (template-owned)."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Caller:
    """A user of an organization in one of its sessions, as the request's token tells."""

    user_id: UUID
    organization_id: UUID
    role: str
    session_id: UUID
