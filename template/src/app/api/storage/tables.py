"""Attachments: what is known of files (template-owned)."""

from typing import get_args
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base, TenantColumns
from app.domain.storage import Status

_STATUSES = ", ".join(f"'{word}'" for word in get_args(Status))
_LIVE = text("deleted_at IS NULL")


class Attachment(TenantColumns, Base):
    """A file that is attached to a row of another resource; `key` is where its bytes are, none once they are gone."""

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATUSES})", name="status"),
        UniqueConstraint("key"),
        Index(
            "attachments_resource_id_idx",
            *("organization_id", "resource", "resource_id", "created_at", "id"),
            postgresql_where=_LIVE,
        ),
        Index("attachments_status_idx", "status", "updated_at", postgresql_where=_LIVE),
        Index(
            "attachments_deleted_at_idx",
            "deleted_at",
            postgresql_where=text("deleted_at IS NOT NULL AND key IS NOT NULL"),
        ),
    )

    resource: Mapped[str]
    resource_id: Mapped[UUID]
    filename: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    content_type: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'pending'"))
    key: Mapped[str | None]
