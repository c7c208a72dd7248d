"""What has come of a request on its connection: when it is whole, and when it can be none (template-owned; RFC 9112).

Beside the threads, so that nobody who sends slowly keeps one. It only finds where a request ends; gunicorn reads it.
"""

import re
from urllib.parse import urlsplit

from app.kit.requests import LARGEST_HEAD

_HEAD_ENDS = b"\r\n\r\n"
# What no head holds: line ends of another kind, and NUL, which begins other protocols.
_BROKEN = re.compile(rb"\x00|\r(?!\n|\Z)|(?<!\r)\n")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([^\r]*?)[ \t]*(?=\r\n)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r]*chunked", re.IGNORECASE)
_UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)
_EXPECTATION = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
_ABSOLUTE = re.compile(rb"https?://", re.IGNORECASE)
_SIZE_LINE = re.compile(rb"([0-9a-fA-F]{1,16})(?:[ \t]*;[^\r\n]*)?")
# Those of RFC 9110, of WebDAV and of what came after it; with another word in front it is no request of any kind.
_METHODS = frozenset(
    b"GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY"
    b" COPY LOCK MKCOL MOVE PROPFIND PROPPATCH UNLOCK SEARCH BIND REBIND UNBIND ACL MKCALENDAR LINK UNLINK"
    b" REPORT MKACTIVITY CHECKOUT MERGE M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE PURGE SOURCE".split()
)
_MOST_DIGITS = 19  # a length of 64 bits


class RefusedError(Exception):
    """What has come is no request: the connection ends with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Arrival:
    """One request on its way; a body past `body_limit` bytes isn't waited for, since it's refused anyway."""

    def __init__(self, body_limit: int) -> None:
        self.received = bytearray()
        self.has_begun = self.expects_word = False
        self._body_limit = body_limit
        self._searched = 0
        self._body: Chunks | int | None = None
        # Where the body begins; 0: the head has not ended yet.
        self._head = 0

    @property
    def has_head(self) -> bool:
        """Whether it is a request already, of which at most the body is missing."""
        return self._head > 0

    def add(self, data: bytes) -> bool:
        """Take what has come; whether that is all, or enough to answer.

        Raises:
            RefusedError: it can't become a request.
        """
        self.has_begun = True
        self.received += data
        if not self.has_head:
            self._find_head()
        return self.has_head and self._is_whole()

    def _find_head(self) -> None:
        while self.received.startswith(b"\r\n"):  # RFC 9112, 2.2
            del self.received[:2]
        end = self.received.find(_HEAD_ENDS, max(0, self._searched - 3))
        ends = len(self.received) if end < 0 else end + len(_HEAD_ENDS)
        if _BROKEN.search(self.received, max(0, self._searched - 1), ends):
            raise RefusedError(400)
        if ends > LARGEST_HEAD:
            raise RefusedError(431)
        self._searched = len(self.received)
        if end >= 0:
            self._read_head(ends)

    def _read_head(self, ends: int) -> None:
        head = bytes(self.received[:ends])
        self._head, self._body = ends, _framing(head)
        if (found := _EXPECTATION.search(head)) and not self._is_whole():
            # Said by whoever waits for the body, and so not once more.
            self.expects_word = True
            del self.received[found.start() : found.end()]
            self._head -= len(found[0])
            if isinstance(self._body, Chunks):
                self._body.at = self._head

    def _is_whole(self) -> bool:
        come = len(self.received) - self._head
        if self._body is None or come > self._body_limit:
            return True
        if isinstance(self._body, int):
            return come >= self._body or self._body > self._body_limit
        return self._body.are_whole(self.received)


class Chunks:
    """A chunked body (RFC 9112, 7.1); `at` is where the next chunk begins."""

    def __init__(self, at: int) -> None:
        self.at = at

    def are_whole(self, data: bytearray) -> bool:
        """Whether the last one has come, with the trailers.

        Raises:
            RefusedError: they are no chunks.
        """
        while (end := data.find(b"\r\n", self.at)) >= 0:
            found = _SIZE_LINE.fullmatch(data, self.at, end)
            if found is None:
                raise RefusedError(400)
            size = int(found[1], 16)
            if size == 0:
                return data.find(_HEAD_ENDS, end) >= 0
            following = end + 2 + size
            if len(data) < following + 2:
                return False
            if data[following : following + 2] != b"\r\n":
                raise RefusedError(400)
            self.at = following + 2
        return False


def _framing(head: bytes) -> Chunks | int | None:
    """How a body ends; nothing where there is none, and where gunicorn will refuse what the head says of it."""
    _check_line(*head.partition(b"\r\n")[0].split(b" "))
    lengths, is_chunked = _LENGTH.findall(head), bool(_CHUNKED.search(head))
    if _UPGRADE.search(head) and (is_chunked or any(length != b"0" for length in lengths)):
        # Where the other protocol begins, two readers could disagree.
        raise RefusedError(400)
    if is_chunked:
        return None if lengths else Chunks(len(head))
    if len(lengths) != 1 or not lengths[0].isdigit():
        return None
    if len(lengths[0]) > _MOST_DIGITS:
        raise RefusedError(400)
    return int(lengths[0])


def _check_line(method: bytes, target: bytes = b"/", *_: bytes) -> None:
    """Only servers between take a tunnel's target; an absolute one needs a path and a port that there can be."""
    if method not in _METHODS or (method == b"CONNECT" and not target.startswith(b"/")):
        raise RefusedError(400)
    if _ABSOLUTE.match(target):
        try:
            parts = urlsplit(target.decode("latin-1"))
            is_possible = bool(parts.path) and parts.port != 0
        except ValueError:
            is_possible = False
        if not is_possible:
            raise RefusedError(400)
