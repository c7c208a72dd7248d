"""What scanners are tried with: files, and a clamd that answers what a test has it say (template-owned)."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.kit.antivirus.clamd import INSTREAM
from app.kit.antivirus.eicar import eicar_file

EICAR = eicar_file()
FILES = [
    (b"", False),
    (b"a", False),
    (b"nothing bad " * 100_000, False),
    (EICAR, True),
    (EICAR + b"\n", True),
    (EICAR[:-20], False),
]


def clamd_settings() -> dict[str, str]:
    """The settings that name the real scanner."""
    return {name: os.environ[name] for name in ("CLAMAV_HOST", "CLAMAV_PORT") if name in os.environ}


@contextmanager
def answering(answer: bytes, *, after: int) -> Iterator[dict[str, str]]:
    """A server that reads so many bytes of each connection, answers this and closes; the settings that name it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer, args=(server, answer, after), daemon=True).start()
        yield {"CLAMAV_HOST": "127.0.0.1", "CLAMAV_PORT": str(server.getsockname()[1]), "CLAMAV_TIMEOUT": "2s"}
        server.shutdown(socket.SHUT_RDWR)


@dataclass
class Scan:
    """A scan under way: it has begun, and ends when a test lets it."""

    begun: threading.Event = field(default_factory=threading.Event)
    may_end: threading.Event = field(default_factory=threading.Event)
    settings: dict[str, str] = field(default_factory=dict)


@contextmanager
def waiting(answer: bytes) -> Iterator[Scan]:
    """A clamd that has every file in hand until the test lets it answer this."""
    scan = Scan()
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer_late, args=(server, answer, scan), daemon=True).start()
        address = {"CLAMAV_HOST": "127.0.0.1", "CLAMAV_PORT": str(server.getsockname()[1])}
        scan.settings = address | {"CLAMAV_TIMEOUT": "25s"}
        try:
            yield scan
        finally:
            scan.may_end.set()
            server.shutdown(socket.SHUT_RDWR)


def _answer_late(server: socket.socket, answer: bytes, scan: Scan) -> None:
    client, _ = server.accept()
    with client, client.makefile("rb") as sent:
        sent.read(len(INSTREAM))
        while size := int.from_bytes(sent.read(4), "big"):
            sent.read(size)
        scan.begun.set()
        scan.may_end.wait(60)
        client.sendall(answer)


def _answer(server: socket.socket, answer: bytes, after: int) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        with client:
            read = 0
            while read < after and (piece := client.recv(after - read)):
                read += len(piece)
            client.sendall(answer)
