"""Path converters (template-owned)."""

from uuid import UUID

from django.urls import register_converter


class RowId:
    """`<row:id>`: any spelling of a UUID; what is none is no such path."""

    regex = "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}"

    def to_python(self, value: str) -> UUID:
        return UUID(value)

    def to_url(self, value: UUID) -> str:
        return str(value)


register_converter(RowId, "row")
