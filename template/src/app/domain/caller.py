"""Who is asking (template-owned)."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Caller:
    """A user of an organization, as the request's token or session tells."""

    user_id: UUID
    organization_id: UUID
    role: str
