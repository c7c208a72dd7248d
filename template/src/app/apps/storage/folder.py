"""The embedded store: a folder, and links to it that the service itself serves (template-owned)."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, Literal, Protocol

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from app.kit.bodies import too_large, too_late
from app.kit.problems import MALFORMED, ProblemError
from app.kit.storage.links import Grant, sign
from app.kit.storage.objects import OWN, PIECE_BYTES, START_BYTES, Download, Kept, Link, Stored, Upload


class Source(Protocol):
    """A request's body, as the server gives it."""

    def read(self, size: int, /) -> bytes: ...


class FolderStorage(FileSystemStorage):
    """Objects as files, named by their keys, which the service alone makes."""

    backend: Literal["embedded"] = "embedded"
    is_resting = False

    def __init__(self, folder: Path, *, path: str, keys: Callable[[], Sequence[bytes]]) -> None:
        """`path` is where the service serves links, `keys` are those that it signs them with."""
        super().__init__(location=folder.absolute())
        self._folder = folder.absolute()
        self._served_at = path
        self.keys = keys

    def ping(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)

    def prepare(self) -> None:
        self.ping()

    def upload_link(self, upload: Upload) -> Link:
        grant = Grant("PUT", upload.key, upload.size, upload.content_type, upload.expires_at.timestamp())
        return Link("PUT", self._url(grant), upload.expires_at, {"Content-Type": upload.content_type})

    def download_link(self, download: Download) -> Link:
        expires = download.expires_at.timestamp()
        grant = Grant("GET", download.key, 0, download.content_type, expires, download.name)
        return Link("GET", self._url(grant), download.expires_at)

    def keep(self, key: str, *, at: str) -> Kept | None:
        target = Path(self.path(at))
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            # Another upload to `key` makes a new file there, and leaves this one as it is.
            target.hardlink_to(self.path(key))
        except FileNotFoundError:
            return None
        with target.open("rb") as file:
            return Kept(os.fstat(file.fileno()).st_size, file.read(START_BYTES))

    def put(self, key: str, content: IO[bytes]) -> str:
        return self.save(key, File(content, key))

    def size_of(self, key: str) -> int | None:
        path = Path(self.path(key))
        return path.stat().st_size if path.is_file() else None

    def pieces(self, key: str) -> Iterator[bytes]:
        try:
            file = self.open(key)
        except FileNotFoundError:
            raise LookupError(key) from None
        with file:
            yield from file.chunks(PIECE_BYTES)

    def remove(self, keys: Iterable[str]) -> list[str]:
        asked = list(keys)
        for key in asked:
            self.delete(key)
        return asked

    def page(self, after: str, limit: int, *, below: str) -> list[Stored]:
        paths = (path for path in Path(self.path(below)).rglob("*") if path.is_file())
        files = {path.relative_to(self._folder).as_posix(): path for path in paths}
        keys = sorted(key for key in files if key > after and not key.startswith(OWN))[:limit]
        return [Stored(key, datetime.fromtimestamp(files[key].stat().st_mtime, UTC)) for key in keys]

    def write(self, grant: Grant, body: Source) -> None:
        """Take the bytes of an upload: all of them, or none.

        Raises:
            ProblemError: 413 or 400 where they are more or fewer than were announced, 408 where they are late.
        """
        target = Path(self.path(grant.key))
        target.parent.mkdir(parents=True, exist_ok=True)
        part: Any = NamedTemporaryFile(dir=target.parent, prefix=".part-", delete=False)  # noqa: SIM115 - closed below
        try:
            _fill(part, body, grant.size)
            part.close()
            Path(part.name).replace(target)
        finally:
            part.close()
            Path(part.name).unlink(missing_ok=True)

    def _url(self, grant: Grant) -> str:
        return f"{self._served_at}?token={sign(grant, self.keys())}"


def _fill(part: IO[bytes], body: Source, size: int) -> None:
    come = 0
    try:
        # One byte more than there may be tells that there is more; what is whole is not waited behind.
        while come < size and (piece := body.read(min(PIECE_BYTES, size + 1 - come))):
            come += len(piece)
            part.write(piece)
    except TimeoutError:
        raise too_late() from None
    if come > size:
        raise too_large(size)
    if come < size:
        raise ProblemError(MALFORMED, f"The body has {come} bytes, not the {size} that were announced.")
