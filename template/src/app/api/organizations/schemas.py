"""What requests and replies about organizations hold (template-owned)."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.kit.text import Name
from app.kit.times import Time


class OrganizationBody(BaseModel):
    """An organization: a tenant."""

    id: UUID
    version: int
    created_at: Time
    updated_at: Time
    deleted_at: Time | None
    created_by: UUID | None
    updated_by: UUID | None
    name: str


class OrganizationPatch(BaseModel):
    """The fields to change, as a JSON merge patch (RFC 7396); none of them can be null."""

    model_config = ConfigDict(extra="forbid")

    # A default is never used: only what was sent is applied.
    name: Name = ""
