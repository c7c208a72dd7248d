"""What scans files: clamd, or a scanner that knows the EICAR test file alone (template-owned)."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Literal, Protocol

from app.apps.remote import Failures, Remote
from app.apps.runtime import service_settings
from app.components import Settings
from app.components.antivirus import AntivirusSettings
from app.kit.antivirus import clamd, eicar
from app.kit.settings import Backend

_FAILURES = Failures(unreached=(ConnectionRefusedError,))
_LONGEST_ANSWER = 4096


class Scanner(Protocol):
    """Looks through files."""

    @property
    def backend(self) -> Backend: ...

    @property
    def is_resting(self) -> bool: ...

    def ping(self) -> str | None: ...

    def scan(self, pieces: Iterator[bytes]) -> str | None:
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

    def ping(self) -> str:
        return eicar.KNOWS

    def scan(self, pieces: Iterator[bytes]) -> str | None:
        start = b""
        for piece in pieces:
            start += piece[: len(eicar.eicar_file()) - len(start)]
        return eicar.FOUND if eicar.is_eicar(start) else None


class ClamdScanner:
    """The real back end: one connection a file, for so long."""

    backend: Literal["real"] = "real"

    def __init__(self, host: str, port: int, *, seconds: float) -> None:
        self._host, self._port, self._seconds = host, port, seconds
        self._remote = Remote("The virus scanner", _FAILURES, seconds=seconds)

    @property
    def is_resting(self) -> bool:
        return self._remote.is_resting

    def ping(self) -> None:
        with self._connect() as connection:
            connection.sendall(clamd.PING)
            clamd.check_pong(connection.recv(64))

    def scan(self, pieces: Iterator[bytes]) -> str | None:
        return self._remote.call(lambda: self._scan(pieces))

    def _scan(self, pieces: Iterator[bytes]) -> str | None:
        with self._connect() as connection:
            # It says why it takes no more, and then ends the connection.
            with suppress(ConnectionError):
                connection.sendall(clamd.INSTREAM)
                for piece in pieces:
                    connection.sendall(clamd.framed(piece))
                connection.sendall(clamd.END)
            return clamd.read_finding(_all_of(connection))

    def _connect(self) -> socket.socket:
        if not self._host.startswith("/"):
            return socket.create_connection((self._host, self._port), self._seconds)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(self._seconds)
        try:
            connection.connect(self._host)
        except OSError:
            connection.close()
            raise
        return connection


def open_scanner(settings: Settings) -> Scanner:
    """The scanner that the settings ask for; it connects when first used."""
    antivirus = settings.of(AntivirusSettings)
    if antivirus.clamav_host:
        seconds = antivirus.clamav_timeout.total_seconds()
        return ClamdScanner(antivirus.clamav_host, antivirus.clamav_port, seconds=seconds)
    return EicarScanner()


@cache
def the_scanner() -> Scanner:
    """The process's one."""
    return open_scanner(service_settings())


def _all_of(connection: socket.socket) -> bytes:
    answer = b""
    while b"\x00" not in answer and (piece := connection.recv(_LONGEST_ANSWER)):
        answer += piece
    return answer
