"""Requests that a well-behaved client refuses or tidies up before it sends them (template-owned)."""

from collections.abc import Sequence
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from httpx2 import Response

SECONDS = 10


def exchange(
    base_url: str, method: str, target: str, *, headers: Sequence[tuple[str, str]] = (), body: bytes = b""
) -> Response:
    """Send exactly this request line, these headers and this body, which may be shorter than announced."""
    parts = urlsplit(base_url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=SECONDS)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(body or None)
        reply = connection.getresponse()
        return Response(reply.status, headers=reply.getheaders(), content=reply.read())
    finally:
        connection.close()
