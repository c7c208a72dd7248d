"""Keyset pagination with opaque, signed cursors (template-owned; contract, "Lists").

A cursor holds the sort value and id of the last row, signed together with the list it belongs to: of another
user, operation, sort or filter it is refused.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from app.kit.problems import ProblemError, invalid
from app.kit.times import format_time

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 100
_MAC_BYTES = 16
_LONGEST_CURSOR = 4096


@dataclass(frozen=True)
class Position:
    """The last row of a page: its sort value (JSON) and its id, which breaks ties."""

    value: Any
    id: UUID

    @classmethod
    def of(cls, value: Any, row_id: UUID) -> "Position":
        """That of a row with this sort value, which may be a time: JSON has none."""
        return cls(format_time(value) if isinstance(value, datetime) else value, row_id)


@dataclass(frozen=True)
class Sort:
    """What a list is sorted by: `-created_at` is the latest first."""

    key: str
    is_descending: bool

    @classmethod
    def of(cls, text: str) -> "Sort":
        return cls(text.removeprefix("-"), text.startswith("-"))


@dataclass(frozen=True)
class CursorCodec:
    """Makes and reads the cursors of one list; `context` is all that the list depends on."""

    keys: Sequence[bytes]
    context: str

    def encode(self, position: Position) -> str:
        payload = orjson.dumps([position.value, str(position.id)])
        return urlsafe_b64encode(self._mac(self.keys[0], payload) + payload).rstrip(b"=").decode()

    def decode(self, cursor: str) -> Position:
        """Read a cursor.

        Raises:
            ProblemError: 422 where it was not made for this list.
        """
        mac, payload = self._split(cursor)
        if not any(hmac.compare_digest(mac, self._mac(key, payload)) for key in self.keys):
            raise _bad_cursor()
        value, row = orjson.loads(payload)
        return Position(value, UUID(row))

    def _split(self, cursor: str) -> tuple[bytes, bytes]:
        try:
            data = urlsafe_b64decode(cursor[:_LONGEST_CURSOR].encode("ascii") + b"=" * (-len(cursor) % 4))
        except ValueError:
            raise _bad_cursor() from None
        return data[:_MAC_BYTES], data[_MAC_BYTES:]

    def _mac(self, key: bytes, payload: bytes) -> bytes:
        return hmac.digest(key, self.context.encode() + b"\x00" + payload, "sha256")[:_MAC_BYTES]


def list_context(name: str, user_id: UUID, *, sort: str, deleted: bool, filters: Mapping[str, Any]) -> str:
    """All that a resource's list depends on; `name` is its table's."""
    narrowed = sorted((name, str(value)) for name, value in filters.items())
    return repr((name, str(user_id), sort, deleted, narrowed))


def _bad_cursor() -> ProblemError:
    return invalid("/query/cursor", "is not a cursor of this list; start again without it")
