"""Sessions and the refresh tokens of each (template-owned; contract, "Tokens and sessions")."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base


class Session(Base):
    """One log-in, and the family of its refresh tokens; `version` is the claim `sv`."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_user_id_idx", "user_id", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("NOW()"))
    last_used_at: Mapped[datetime] = mapped_column(server_default=text("NOW()"))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    device: Mapped[str]
    ip: Mapped[str | None]
    key_id: Mapped[str]


class RefreshToken(Base):
    """The hash of a token of one generation; `used_at` once its child was given."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (UniqueConstraint("session_id", "generation"),)

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    generation: Mapped[int]
    parent: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("NOW()"))
    used_at: Mapped[datetime | None]
