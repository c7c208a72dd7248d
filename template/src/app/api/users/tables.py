"""Users: people, each in one organization (template-owned)."""

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base, TenantColumns


class User(TenantColumns, Base):
    """A person with one role in one organization; `email` is stored trimmed, NFC and lower-cased."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('Guest', 'Member', 'Manager', 'OrgAdmin', 'SuperAdmin')", name="role"),
        Index("users_email_key", "email", unique=True),
        Index(
            "users_organization_id_idx",
            "organization_id",
            "created_at",
            "id",
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )

    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default=text("TRUE"))
    password_hash: Mapped[str | None]
