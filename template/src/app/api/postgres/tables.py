"""The base of all tables: standard columns and PostgreSQL's own names for constraints (template-owned)."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import TIMESTAMP, FetchedValue, ForeignKey, MetaData, Text, Uuid, text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column


class Base(DeclarativeBase):
    """Every table of the service."""

    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: TIMESTAMP(timezone=True),
        UUID: Uuid(),
    }


class StandardColumns:
    """The guide's standard columns; a trigger (`kit/schema/standard.sql`) moves `updated_at` and `version`."""

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("NOW()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("NOW()"), server_onupdate=FetchedValue())
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"), server_onupdate=FetchedValue())
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    updated_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy calls it with the class
        # A write whose row has moved on since it was read fails; the trigger counts, not SQLAlchemy.
        return {
            "eager_defaults": True,
            "version_id_col": cls.version,
            "version_id_generator": False,
        }


class TenantColumns(StandardColumns):
    """Those of a resource: every row belongs to one organization."""

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
