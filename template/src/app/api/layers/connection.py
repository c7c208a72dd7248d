"""A client's connection: how much and how long it may send before it has asked for anything (template-owned; RFC 9112).

uvicorn sets no such limit, gives trailers out as headers, and its parser takes the body of a request that asks for an
upgrade for the next request, which makes two of one behind a proxy.
"""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from app.kit.requests import LARGEST_HEAD


def connection_class(seconds: float) -> type["Connection"]:
    """The protocol of a server that waits `seconds` for the head of a request, and for what is left of a body once
    its request has been answered."""
    return type("LimitedConnection", (Connection,), {"seconds": seconds})


class Connection(HttpToolsProtocol):
    """uvicorn's protocol with limits on what is no request yet: 408, 431, or the end of the connection."""

    seconds: ClassVar[float]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._patience: asyncio.TimerHandle | None = None
        self._farewell: asyncio.TimerHandle | None = None
        self._unread = 0
        self._is_in_body = self._is_deaf = False
        self._keep_alive()

    def connection_lost(self, exc: Exception | None) -> None:
        _forget(self._patience, self._farewell)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_deaf:
            return
        self._unread += len(data)
        # Whatever has a meaning sets the count back.
        super().data_received(data)
        if self._unread > LARGEST_HEAD:
            self._refuse(431)
        elif self._unread and self._patience is None:
            self._patience = self.loop.call_later(self.seconds, self._refuse, 408)

    def on_headers_complete(self) -> None:
        self._progress()
        asks_for_upgrade = self.parser.should_upgrade() and not self._should_upgrade()
        if asks_for_upgrade and self._announces_body():
            raise ValueError("the parser would take the body for the next request")
        self._is_in_body = True
        super().on_headers_complete()
        if asks_for_upgrade:
            # We stay with HTTP/1.1 but the parser does not: what it makes of any further byte means nothing.
            self._is_deaf = True
            self.cycle.keep_alive = False
        elif not self.parser.should_upgrade():
            # Trailers go where the application never looks.
            self.headers = []

    def on_body(self, body: bytes) -> None:
        self._progress()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._progress()
        self._is_in_body = False
        super().on_message_complete()
        if self.cycle.response_complete:
            _forget(self._farewell)
            self._keep_alive()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._is_in_body and self.cycle.response_complete:
            self._farewell = self.loop.call_later(self.seconds, self.transport.close)

    def _progress(self) -> None:
        self._unread = 0
        if self._patience:
            self._patience.cancel()
            self._patience = None

    def _keep_alive(self) -> None:
        # uvicorn does so after an answer alone, and forgets it where the rest of a body follows the answer.
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _announces_body(self) -> bool:
        return any(
            name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0")
            for name, value in self.headers
        )

    def _refuse(self, status: int) -> None:
        """End the connection, with a word unless that would break into an answer on its way."""
        self._is_deaf = True
        if self.transport.is_closing():
            return
        cycle: RequestResponseCycle | None = self.cycle
        is_answered = cycle is None or cycle.response_complete
        if is_answered:
            self.transport.write(STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
        if is_answered or self._is_in_body:
            self.transport.close()
        else:
            self.cycle.keep_alive = False


def _forget(*timers: asyncio.TimerHandle | None) -> None:
    for timer in timers:
        if timer:
            timer.cancel()
