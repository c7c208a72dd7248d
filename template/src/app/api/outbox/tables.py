"""The outbox: events in the transaction of what they tell (template-owned)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base


class OutboxEvent(Base):
    """One event on its way to its handlers; finished with an `error`: given up."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_next_attempt_at_idx", "next_attempt_at", "at", postgresql_where=text("finished_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    organization_id: Mapped[UUID]
    actor_id: Mapped[UUID | None]
    resource: Mapped[str]
    resource_id: Mapped[UUID]
    version: Mapped[int]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    handled_by: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=text("NOW()"))
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]
