"""A proxy before a server: an address that stays while servers change, TLS, trouble on the way (template-owned)."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_SSL_REQUEST = bytes.fromhex("0000000804d2162f")  # what a PostgreSQL client begins with to ask for TLS
_PIECE = 65536
Way = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _CutError(Exception):
    """The connection ends here, in the middle of an answer."""


@dataclass
class Trouble:
    """What goes wrong on the way, for every connection, old or new; each may be set at any time."""

    latency: float = 0.0
    """Seconds that each piece of an answer is late."""
    bytes_per_second: float | None = None
    """How fast answers come."""
    cut_after: int | None = None
    """So many bytes of answers from now the connection that brings them is cut, once."""
    flows: asyncio.Event = field(default_factory=asyncio.Event)
    """Not set: nothing passes, as where a network swallows packets; new connections get no word."""

    def __post_init__(self) -> None:
        self.flows.set()

    def end(self) -> None:
        """All is well again."""
        self.latency, self.bytes_per_second, self.cut_after = 0.0, None, None
        self.flows.set()


class Proxy:
    """Forwards each connection to the server of the URL that `target` gives at that moment."""

    def __init__(self, target: Callable[[], str], tls: ssl.SSLContext | None, *, asks_first: bool) -> None:
        self.trouble = Trouble()
        self.url = ""
        self.accepted = 0
        self._target, self._tls, self._asks_first = target, tls, asks_first
        self._connections: dict[asyncio.Task[None], socket.socket] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Proxy"]:
        """Listen on a port of its own until the end of the block."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=None if self._asks_first else self._tls)
        parts = urlsplit(self._target())
        log_in = parts.netloc.rpartition("@")[0]
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self.url = parts._replace(netloc=f"{log_in}@{address}" if log_in else address).geturl()
        try:
            yield self
        finally:
            server.close()
            # Nothing of ours may be left to a garbage collector that runs in somebody else's test.
            self._cancel_all()
            await asyncio.gather(*self._connections, return_exceptions=True)

    def reset(self) -> None:
        """Cut every connection, as a firewall or a fail-over does: each side gets a reset."""
        # Some may have just been closed from the other side.
        for client in (each for each in self._connections.values() if each.fileno() != -1):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._cancel_all()

    def forget(self) -> None:
        """Let nothing more pass on the connections there are, which stay open: new ones are well."""
        self.trouble.flows.clear()
        self.trouble = Trouble()

    def _cancel_all(self) -> None:
        for connection in self._connections:
            connection.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections[task] = writer.get_extra_info("socket")
        task.add_done_callback(self._connections.pop)
        self.accepted += 1
        trouble = self.trouble
        expected = (OSError, asyncio.IncompleteReadError, ssl.SSLError, _CutError)
        with _aborted_at_last(writer), contextlib.suppress(*expected):
            await trouble.flows.wait()
            if self._asks_first:
                await self._answer_request_for_tls(reader, writer)
            there = urlsplit(self._target())
            answers, onward = await asyncio.open_connection(there.hostname, there.port)
            with _aborted_at_last(onward):
                await _copy_both_ways(trouble, (reader, onward), (answers, writer))

    async def _answer_request_for_tls(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(8) == _SSL_REQUEST
        writer.write(b"S" if self._tls else b"N")
        if self._tls:
            await writer.start_tls(self._tls)


def forwarding(
    target: Callable[[], str], *, tls: ssl.SSLContext | None = None, asks_first: bool = False
) -> contextlib.AbstractAsyncContextManager[Proxy]:
    """A proxy to the server of `target`, for a while; its `url` is that of the target with another address.

    With `tls` it decrypts; `asks_first` as PostgreSQL does it, in answer to a request in plain text.
    """
    return Proxy(target, tls, asks_first=asks_first).running()


@contextlib.contextmanager
def _aborted_at_last(writer: asyncio.StreamWriter) -> Iterator[None]:
    try:
        yield
    finally:
        writer.transport.abort()


async def _copy_both_ways(trouble: Trouble, requests: Way, answers: Way) -> None:
    async def pass_on(data: bytes) -> None:
        requests[1].write(data)

    try:
        async with asyncio.TaskGroup() as both_ways:
            both_ways.create_task(_copy(trouble, requests, pass_on))
            both_ways.create_task(_copy(trouble, answers, lambda data: _send_answer(trouble, answers[1], data)))
    except* _CutError:
        raise _CutError from None


async def _copy(trouble: Trouble, way: Way, send: Callable[[bytes], Awaitable[None]]) -> None:
    reader, writer = way
    with contextlib.suppress(OSError, ssl.SSLError):
        while data := await reader.read(_PIECE):
            await trouble.flows.wait()
            await send(data)
            await writer.drain()
    writer.close()
    with contextlib.suppress(OSError, ssl.SSLError):
        await writer.wait_closed()


async def _send_answer(trouble: Trouble, writer: asyncio.StreamWriter, data: bytes) -> None:
    await asyncio.sleep(trouble.latency)
    if trouble.bytes_per_second is not None:
        await asyncio.sleep(len(data) / trouble.bytes_per_second)
    if trouble.cut_after is None:
        writer.write(data)
        return
    cut, trouble.cut_after = trouble.cut_after, max(0, trouble.cut_after - len(data))
    writer.write(data[:cut])
    if len(data) > cut:
        trouble.cut_after = None
        await writer.drain()
        raise _CutError
