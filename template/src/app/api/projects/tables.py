"""Projects (sample: yours after the first render)."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base, TenantColumns

_LIVE = text("deleted_at IS NULL")


class Project(TenantColumns, Base):
    """A project of an organization; `deletion_id` is one for all that was deleted together."""

    __tablename__ = "projects"
    __table_args__ = (
        CheckConstraint("visibility IN ('organization', 'public')", name="visibility"),
        *(
            Index(f"projects_organization_id_{key}_idx", "organization_id", key, "id", postgresql_where=_LIVE)
            for key in ("created_at", "updated_at", "name")
        ),
    )

    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default=text("''"))
    visibility: Mapped[str] = mapped_column(server_default=text("'organization'"))
    deletion_id: Mapped[UUID | None]
