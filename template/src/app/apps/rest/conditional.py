"""The If-Match header of a request (template-owned; RFC 9110, section 13.1.1)."""

from typing import Any


class IfMatchMixin:
    """For views that change rows: which version of a row the caller has read; `row_reply` sends it as the ETag."""

    request: Any

    @property
    def if_match(self) -> str | None:
        """What the caller says, for a service to check; the server has joined several lines into one list."""
        given: str | None = self.request.META.get("HTTP_IF_MATCH")
        return given
