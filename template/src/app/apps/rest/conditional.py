"""The If-Match header of a request (template-owned; RFC 9110, section 13.1.1)."""

from rest_framework.request import Request


def if_match_of(request: Request) -> str | None:
    """What the caller says of the version; the server has joined several lines into one list."""
    given: str | None = request.META.get("HTTP_IF_MATCH")
    return given
