"""Organizations: the tenants (template-owned)."""

from sqlalchemy.orm import Mapped

from app.api.postgres.tables import Base, StandardColumns


class Organization(StandardColumns, Base):
    """A tenant: every row of every resource belongs to one."""

    __tablename__ = "organizations"

    name: Mapped[str]
