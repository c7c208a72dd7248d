"""What is said to clamd and what it answers (template-owned; clamd(8), "INSTREAM")."""

from typing import Final

PING: Final = b"zPING\x00"
INSTREAM: Final = b"zINSTREAM\x00"
END: Final = bytes(4)
_PONG: Final = "PONG"


class ScanRefusedError(Exception):
    """The scanner is well and did not scan."""


class NoAnswerError(OSError):
    """The scanner ended the connection without a word, or said what it never says."""


def framed(piece: bytes) -> bytes:
    """A piece of a file as it is sent: its length in four bytes, then itself. An empty one would be the end."""
    return len(piece).to_bytes(4, "big") + piece


def check_pong(answer: bytes) -> None:
    """Take the answer to a ping.

    Raises:
        NoAnswerError: it is none.
    """
    if _text(answer) != _PONG:
        raise NoAnswerError("clamd does not answer as it should")


def read_finding(answer: bytes) -> str | None:
    """What was found, by its name there; none: nothing.

    Raises:
        ScanRefusedError: the file is larger than it takes, or could not be scanned.
        NoAnswerError: that is no answer.
    """
    said = _text(answer).removeprefix("stream: ")
    if said == "OK":
        return None
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    if "size limit exceeded" in said:
        raise ScanRefusedError("StreamMaxLength of clamd must be STORAGE_MAX_BYTES at least")
    if said.endswith("ERROR"):
        raise ScanRefusedError("clamd could not scan the file")
    raise NoAnswerError("clamd does not answer as it should")


def _text(answer: bytes) -> str:
    return answer.partition(b"\x00")[0].decode("utf-8", "replace").strip()
