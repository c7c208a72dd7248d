"""What requests and replies about the audit trail hold (template-owned)."""

from uuid import UUID

from pydantic import BaseModel, Field

from app.api.lists import PageQuery
from app.domain.documents import Action, Changes, ResourceName
from app.kit.times import Time


class AuditEntry(BaseModel):
    """One write to a resource."""

    id: UUID
    action: Action
    timestamp: Time
    user_id: UUID | None
    resource: str
    resource_id: UUID
    changes: Changes


class AuditPage(BaseModel):
    """A page of the audit trail."""

    items: list[AuditEntry]
    next_cursor: str | None


class AuditQuery(PageQuery):
    """Which entries: of everything, of one resource, or of one row."""

    resource: ResourceName | None = Field(None, description="Only writes to this resource, such as `user`")
    id: UUID | None = Field(None, description="Only writes to this row of `resource`")
