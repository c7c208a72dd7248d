"""A client's connection, and what is said on it (template-owned; RFC 9112)."""

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.http.unreader import SocketUnreader
from gunicorn.http.wsgi import Response
from gunicorn.workers.gthread import TConn

from app.site.arrival import Arrival

_REASONS = {400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large"}


class TimelyReader(SocketUnreader):  # type: ignore[misc]
    """Reads what is left of a request from its connection, until `ends`."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self.ends = float("inf")

    def grant(self, seconds: float) -> None:
        """Wait so long from now on."""
        self.ends = time.monotonic() + seconds

    def chunk(self, size_hint: int | None = None) -> bytes:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the body did not arrive in time")
        self.sock.settimeout(left)
        read: bytes = super().chunk(size_hint)
        return read


class Connection(TConn):  # type: ignore[misc]
    """A client's connection and what has come of its next request.

    A late one has not sent all in time; what one that is leaving still sends is nobody's.
    """

    def __init__(self, *arguments: Any, body_limit: int) -> None:
        super().__init__(*arguments)
        self._body_limit = body_limit
        self.is_late = self.is_leaving = False
        # When the head of the request was there, and when all of it.
        self.began = self.arrived = 0.0
        self.expect_next()

    def expect_next(self) -> None:
        """Begin with another request."""
        self.arrival = Arrival(self._body_limit)

    def init(self) -> None:
        is_new = not self.initialized
        super().init()
        if is_new:
            self.parser.unreader = TimelyReader(self.sock)
        self.parser.unreader.unread(bytes(self.arrival.received))
        self.expect_next()


class PlainResponse(Response):  # type: ignore[misc]
    """An answer that does not name the server, and that may end its connection."""

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        if any(name.lower() == "connection" and value.lower() == "close" for name, value in headers):
            self.force_close()
        super().process_headers(headers)

    def default_headers(self) -> list[str]:
        return [line for line in super().default_headers() if not line.lower().startswith("server:")]


def write_refusal(client: socket.socket, status: int) -> None:
    """Say no more than a status to what never became a request."""
    with suppress(OSError):
        client.setblocking(False)
        client.send(f"HTTP/1.1 {status} {_REASONS[status]}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
