"""Events and jobs, in the transaction of what they tell or follow from (template-owned)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base


class OutboxEvent(Base):
    """One event; relayed: everyone who acts on it has a job."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_at_idx", "at", postgresql_where=text("relayed_at IS NULL")),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    organization_id: Mapped[UUID]
    actor_id: Mapped[UUID | None]
    resource: Mapped[str]
    resource_id: Mapped[UUID]
    version: Mapped[int]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    traceparent: Mapped[str | None]
    relayed_at: Mapped[datetime | None]


class WrittenJob(Base):
    """One job on its way; finished with an `error`: given up."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("jobs_queue_due_at_idx", "queue", "due_at", postgresql_where=text("finished_at IS NULL")),
        Index("jobs_finished_at_idx", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
        Index("jobs_event_id_idx", "event_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    queue: Mapped[str]
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("outbox.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    traceparent: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("NOW()"))
    due_at: Mapped[datetime] = mapped_column(server_default=text("NOW()"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]
