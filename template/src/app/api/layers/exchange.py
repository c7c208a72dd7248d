"""What passes between a client and the application in one request (template-owned)."""

from collections.abc import Iterable

from starlette.types import Message, Receive, Send

from app.kit.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS

Headers = Iterable[tuple[bytes, bytes]]
_POLICY = CONTENT_SECURITY_POLICY[0]


class Exchange:
    """One request's two streams: counts bytes, adds the headers that every answer carries."""

    __slots__ = ("_headers", "_receive", "_send", "is_finished", "received", "sent", "status")

    def __init__(self, request_id: str, receive: Receive, send: Send, *, closes: bool) -> None:
        self._receive, self._send = receive, send
        self._headers = [*SECURITY_HEADERS, (b"x-request-id", request_id.encode())]
        if closes:
            self._headers.append((b"connection", b"close"))
        # 0 until there is one.
        self.status = 0
        self.received = self.sent = 0
        self.is_finished = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self.received += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = self._completed(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self.sent += len(message.get("body", b""))
            self.is_finished = not message.get("more_body", False)
        await self._send(message)

    def _completed(self, given: Headers) -> list[tuple[bytes, bytes]]:
        headers = [*given, *self._headers]
        for name, _ in given:
            if name == _POLICY:
                # A page's own, as that of /docs.
                return headers
        headers.append(CONTENT_SECURITY_POLICY)
        return headers
