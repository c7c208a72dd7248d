"""Tasks (sample: yours after the first render)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, TextClause, text
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base, TenantColumns


def _index(name: str, *columns: str | TextClause) -> Index:
    live = text("deleted_at IS NULL")
    return Index(f"tasks_organization_id_{name}_idx", "organization_id", *columns, postgresql_where=live)


class Task(TenantColumns, Base):
    """A task of a project; `deletion_id` is one for all that was deleted together."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("status IN ('todo', 'doing', 'done')", name="status"),
        CheckConstraint("priority IN ('low', 'normal', 'high')", name="priority"),
        *(_index(key, key, "id") for key in ("created_at", "updated_at", "due_at")),
        _index("due_at_desc", text("due_at DESC NULLS LAST"), text("id DESC")),
        *(_index(key, key, "created_at", "id") for key in ("project_id", "status", "priority", "assignee_id")),
        Index("tasks_deletion_id_idx", "deletion_id", postgresql_where=text("deletion_id IS NOT NULL")),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    title: Mapped[str]
    description: Mapped[str] = mapped_column(server_default=text("''"))
    status: Mapped[str] = mapped_column(server_default=text("'todo'"))
    priority: Mapped[str] = mapped_column(server_default=text("'normal'"))
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    due_at: Mapped[datetime | None]
    deletion_id: Mapped[UUID | None]
