"""The embedded store: a folder, and links to it that the service itself serves (template-owned)."""

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Literal

from app.kit.bodies import too_large
from app.kit.problems import MALFORMED, ProblemError
from app.kit.storage.links import Grant, sign
from app.kit.storage.objects import PIECE_BYTES, START_BYTES, Download, Kept, Link, Stored, Upload


class FolderStore:
    """Objects as files, named by their keys, which the service alone makes."""

    backend: Literal["embedded"] = "embedded"
    is_resting = False

    def __init__(self, folder: Path, *, path: str, keys: Callable[[], Sequence[bytes]]) -> None:
        """`path` is where the service serves links, `keys` are those that it signs them with."""
        self._folder = folder
        self._served_at = path
        self.keys = keys

    async def ping(self) -> None:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)

    async def prepare(self) -> None:
        await self.ping()

    async def upload_link(self, upload: Upload) -> Link:
        grant = Grant("PUT", upload.key, upload.size, upload.content_type, upload.expires_at.timestamp())
        return Link("PUT", self._url(grant), upload.expires_at, {"Content-Type": upload.content_type})

    async def download_link(self, download: Download) -> Link:
        expires = download.expires_at.timestamp()
        grant = Grant("GET", download.key, 0, download.content_type, expires, download.name)
        return Link("GET", self._url(grant), download.expires_at)

    async def keep(self, key: str, *, at: str) -> Kept | None:
        return await asyncio.to_thread(self._keep, key, at)

    async def read(self, key: str) -> AsyncIterator[bytes]:
        try:
            file = await asyncio.to_thread(self.path_of(key).open, "rb")
        except FileNotFoundError:
            raise LookupError(key) from None
        try:
            while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
                yield piece
        finally:
            file.close()

    async def remove(self, keys: Iterable[str]) -> list[str]:
        asked = list(keys)
        for key in asked:
            await asyncio.to_thread(self.path_of(key).unlink, missing_ok=True)
        return asked

    async def page(self, after: str, limit: int, *, below: str) -> list[Stored]:
        return await asyncio.to_thread(self._page, after, limit, below)

    async def write(self, grant: Grant, body: AsyncIterable[bytes]) -> None:
        """Take the bytes of an upload: all of them, or none.

        Raises:
            ProblemError: 413 or 400 where they are more or fewer than were announced.
        """
        target = self.path_of(grant.key)
        part = await asyncio.to_thread(_new_part, target.parent)
        try:
            await _fill(part, body, grant.size)
            part.close()
            await asyncio.to_thread(os.replace, part.name, target)
        finally:
            part.close()
            await asyncio.to_thread(Path(part.name).unlink, missing_ok=True)

    def path_of(self, key: str) -> Path:
        """The file of an object."""
        return self._folder / key

    def _url(self, grant: Grant) -> str:
        return f"{self._served_at}?token={sign(grant, self.keys())}"

    def _keep(self, key: str, at: str) -> Kept | None:
        target = self.path_of(at)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            # Another upload to `key` makes a new file there, and leaves this one as it is.
            target.hardlink_to(self.path_of(key))
        except FileNotFoundError:
            return None
        with target.open("rb") as file:
            return Kept(os.fstat(file.fileno()).st_size, file.read(START_BYTES))

    def _page(self, after: str, limit: int, below: str) -> list[Stored]:
        paths = (path for path in self.path_of(below).rglob("*") if path.is_file())
        files = {path.relative_to(self._folder).as_posix(): path for path in paths}
        keys = sorted(key for key in files if key > after)[:limit]
        return [Stored(key, datetime.fromtimestamp(files[key].stat().st_mtime, UTC)) for key in keys]


def _new_part(folder: Path) -> IO[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    return NamedTemporaryFile(dir=folder, prefix=".part-", delete=False)


async def _fill(part: IO[bytes], body: AsyncIterable[bytes], size: int) -> None:
    come = 0
    async for piece in body:
        come += len(piece)
        if come > size:
            raise too_large(size)
        await asyncio.to_thread(part.write, piece)
    if come < size:
        raise ProblemError(MALFORMED, f"The body has {come} bytes, not the {size} that were announced.")
