"""Bytes to a socket and back, with no client in between that would tidy them up."""

import contextlib
import re
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass

# The service ends every request within ten seconds, and waits as long for one.
REQUEST_TIMEOUT = 10.0
GRACE = 5.0


@dataclass(frozen=True)
class Answers:
    """All that came back until the service ended the connection, or until nobody waited any longer."""

    received: bytes
    is_ended: bool
    seconds: float

    @property
    def statuses(self) -> list[int]:
        """In their order; no body that is asked for here holds words like these."""
        return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", self.received)]

    def header(self, name: str) -> str | None:
        """The last answer's."""
        for line in reversed(self.received.split(b"\r\n")):
            if line.lower().startswith(f"{name}: ".encode()):
                return line.partition(b": ")[2].decode("latin-1")
        return None


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=REQUEST_TIMEOUT + GRACE)


def ask(port: int, *pieces: bytes, pause: float = 0.0, seconds: float = REQUEST_TIMEOUT + GRACE) -> Answers:
    """Send the pieces, whatever comes back meanwhile, and read for `seconds` or until the end."""
    began = time.monotonic()
    with connect(port) as connection:
        send(connection, pieces, pause)
        received, is_ended = read(connection, seconds)
    return Answers(received, is_ended, time.monotonic() - began)


def send(connection: socket.socket, pieces: Iterable[bytes], pause: float) -> None:
    """Until all is sent or the service wants no more."""
    with contextlib.suppress(ConnectionError):
        for number, piece in enumerate(pieces):
            if number and pause:
                time.sleep(pause)
            connection.sendall(piece)


def read(connection: socket.socket, seconds: float) -> tuple[bytes, bool]:
    """What comes, and whether the service has ended the connection."""
    received, deadline = b"", time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        connection.settimeout(left)
        try:
            piece = connection.recv(65_536)
        except TimeoutError:
            break
        except ConnectionError:
            return received, True
        if not piece:
            return received, True
        received += piece
    return received, False
