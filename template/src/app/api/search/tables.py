"""What can be found, where no Elasticsearch is named (template-owned)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base


class SearchDocument(Base):
    """What is kept of one row of a searchable resource; `id` and `version` are the row's."""

    __tablename__ = "search_documents"
    __table_args__ = (
        Index("search_documents_words_idx", "words", postgresql_using="gin"),
        Index("search_documents_indexed_at_idx", "indexed_at", postgresql_where=text("is_deleted")),
        Index("search_documents_resource_idx", "resource", "indexed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    resource: Mapped[str]
    version: Mapped[int]
    is_deleted: Mapped[bool]
    created_at: Mapped[datetime]
    indexed_at: Mapped[datetime]
    title: Mapped[str]
    body: Mapped[str]
    title_words: Mapped[str] = mapped_column(TSVECTOR)
    words: Mapped[str] = mapped_column(TSVECTOR)
    created_by: Mapped[UUID | None]
    assignee_id: Mapped[UUID | None]
    visibility: Mapped[str | None]
