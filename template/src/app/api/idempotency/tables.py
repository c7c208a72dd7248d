"""First answers to requests that carried an Idempotency-Key (template-owned)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base


class IdempotencyKey(Base):
    """One answer, kept for 24 hours; without `status` only inside the transaction that works on it."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("idempotency_keys_created_at_idx", "created_at"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    method: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=text("NOW()"))
    status: Mapped[int | None]
    body: Mapped[str | None]
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
