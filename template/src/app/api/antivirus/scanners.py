"""What scans files: clamd, or a scanner that knows the EICAR test file alone (template-owned)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal, Protocol, cast

from app.api.remote import Failures, Remote
from app.api.runtime import Client, Runtime
from app.components import Settings
from app.components.antivirus import AntivirusSettings
from app.kit.antivirus import clamd, eicar

_FAILURES = Failures(unreached=(ConnectionRefusedError,))


class Scanner(Client, Protocol):
    """Looks through files."""

    async def scan(self, pieces: AsyncIterator[bytes]) -> str | None:
        """What is found in a file, by its name; none: nothing.

        Raises:
            ProblemError: 503 where the scanner is not well.
            ScanRefusedError: it did not scan the file.
        """
        ...


class EicarScanner:
    """The embedded back end, which says of itself how little it knows."""

    backend: Literal["embedded"] = "embedded"
    is_resting = False

    async def ping(self) -> str:
        return eicar.KNOWS

    async def scan(self, pieces: AsyncIterator[bytes]) -> str | None:
        start = b""
        async for piece in pieces:
            start += piece[: len(eicar.eicar_file()) - len(start)]
        return eicar.FOUND if eicar.is_eicar(start) else None


class ClamdScanner:
    """The real back end: one connection a file."""

    backend: Literal["real"] = "real"

    def __init__(self, host: str, port: int, *, seconds: float) -> None:
        self._host, self._port = host, port
        self._remote = Remote("The virus scanner", _FAILURES, seconds=seconds)

    @property
    def is_resting(self) -> bool:
        return self._remote.is_resting

    async def ping(self) -> None:
        async with self._connection() as (reader, writer):
            writer.write(clamd.PING)
            clamd.check_pong(await reader.read(64))

    async def scan(self, pieces: AsyncIterator[bytes]) -> str | None:
        return await self._remote.call(lambda: self._scan(pieces))

    async def _scan(self, pieces: AsyncIterator[bytes]) -> str | None:
        async with self._connection() as (reader, writer):
            writer.write(clamd.INSTREAM)
            # It says why it takes no more, and then ends the connection.
            with suppress(ConnectionError):
                async for piece in pieces:
                    writer.write(clamd.framed(piece))
                    await writer.drain()
                writer.write(clamd.END)
            return clamd.read_finding(await reader.read())

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        if self._host.startswith("/"):
            reader, writer = await asyncio.open_unix_connection(self._host)
        else:
            reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()


@asynccontextmanager
async def open_scanner(settings: Settings) -> AsyncIterator[Scanner]:
    """The scanner that the settings ask for."""
    antivirus = settings.of(AntivirusSettings)
    if antivirus.clamav_host:
        seconds = antivirus.clamav_timeout.total_seconds()
        yield ClamdScanner(antivirus.clamav_host, antivirus.clamav_port, seconds=seconds)
    else:
        yield EicarScanner()


def scanner_of(runtime: Runtime) -> Scanner:
    """The scanner of this process."""
    return cast("Scanner", runtime.clients["antivirus"])
