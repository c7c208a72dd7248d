"""A small proxy: an address that stays while the server behind it changes, or one that speaks TLS (template-owned)."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

_SSL_REQUEST = bytes.fromhex("0000000804d2162f")  # what a PostgreSQL client begins with to ask for TLS


@asynccontextmanager
async def forwarding(
    target: Callable[[], str], *, tls: ssl.SSLContext | None = None, asks_first: bool = False
) -> AsyncIterator[str]:
    """The URL of a proxy to the server of the URL that `target` gives at each connection.

    With `tls` it decrypts; `asks_first` as PostgreSQL does it, in answer to a request in plain text.
    """

    connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            connections.add(task)
        with _aborted_at_last(writer), contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            if asks_first:
                assert await reader.readexactly(8) == _SSL_REQUEST
                writer.write(b"S" if tls else b"N")
                if tls:
                    await writer.start_tls(tls)
            there = urlsplit(target())
            answers, onward = await asyncio.open_connection(there.hostname, there.port)
            with _aborted_at_last(onward):
                async with asyncio.TaskGroup() as both_ways:
                    both_ways.create_task(_copy(reader, onward))
                    both_ways.create_task(_copy(answers, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=None if asks_first else tls)
    port = server.sockets[0].getsockname()[1]
    parts = urlsplit(target())
    log_in = parts.netloc.rpartition("@")[0]
    try:
        yield parts._replace(netloc=f"{log_in}@127.0.0.1:{port}" if log_in else f"127.0.0.1:{port}").geturl()
    finally:
        server.close()
        # Nothing of ours may be left to a garbage collector that runs in somebody else's test.
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


@contextlib.contextmanager
def _aborted_at_last(writer: asyncio.StreamWriter) -> Iterator[None]:
    try:
        yield
    finally:
        writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, ssl.SSLError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    await _close(writer)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, ssl.SSLError):
        await writer.wait_closed()
