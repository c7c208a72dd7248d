"""Organizations: the tenants (template-owned)."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base, StandardColumns


class Organization(StandardColumns, Base):
    """A tenant: every row of every resource belongs to one."""

    __tablename__ = "organizations"

    name: Mapped[str]
    # Users belong to organizations: one direction of the circle has to be added after both tables.
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", use_alter=True))
    updated_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", use_alter=True))
