"""The audit trail where no MongoDB is named (template-owned)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base


class AuditEntry(Base):
    """One write to a resource; `id` is its event's."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("audit_entries_organization_id_idx", "organization_id", "at", "id"),
        Index("audit_entries_resource_idx", "organization_id", "resource", "at", "id"),
        Index("audit_entries_resource_id_idx", "organization_id", "resource_id", "at", "id"),
        Index("audit_entries_schema_version_idx", "schema_version", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    user_id: Mapped[UUID | None]
    resource: Mapped[str]
    resource_id: Mapped[UUID]
    at: Mapped[datetime]
    schema_version: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
