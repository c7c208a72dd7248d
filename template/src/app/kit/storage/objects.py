"""Objects of a store, and links to them, whichever store it is (template-owned)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

# So much of a file says of which kind it is.
START_BYTES: Final = 65_536
PIECE_BYTES: Final = 262_144
INCOMING: Final = "incoming/"
"""Where uploads arrive, below the service's prefix; what lies elsewhere no link can write to."""
OWN: Final = "own/"
"""Above the service's prefix: what its own code keeps beside attachments, of which no page tells."""


class NotRemovedError(Exception):
    """The store is well and removed nothing that it was asked to."""


@dataclass(frozen=True)
class Upload:
    """Bytes that are to come: so many, of this kind, at this key, until then."""

    key: str
    size: int
    content_type: str
    expires_at: datetime


@dataclass(frozen=True)
class Download:
    """Bytes that may be fetched until then, to be kept under this name."""

    key: str
    name: str
    content_type: str
    expires_at: datetime


@dataclass(frozen=True)
class Link:
    """A request that whoever has it may make; a `url` that begins with `/` is one of the service itself."""

    method: str
    url: str
    expires_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """An object that nobody can write to any more: its size in bytes, and its first `START_BYTES`."""

    size: int
    start: bytes


@dataclass(frozen=True)
class Stored:
    """An object that is there, since when."""

    key: str
    modified: datetime
