"""The highest fencing token that each locked thing has seen (template-owned; guide, "Locks")."""

from sqlalchemy import BigInteger, Sequence
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base

fencing_tokens = Sequence("fencing_tokens", metadata=Base.metadata)


class Fence(Base):
    """A writer that held a lock must bring a token that is not lower than this one."""

    __tablename__ = "fences"

    resource: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[int] = mapped_column(BigInteger)
