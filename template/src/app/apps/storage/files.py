"""Files of the service's own code: Django's `default_storage`, and so each `FileField` (template-owned)."""

from contextlib import ExitStack
from datetime import UTC, datetime
from mimetypes import guess_type
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import Storage
from django.core.files.utils import validate_file_name

from app.apps.runtime import service_settings
from app.apps.storage.stores import prefix_of, the_store
from app.components.storage import StorageSettings
from app.kit.storage.objects import OWN, PIECE_BYTES, Download

_IN_MEMORY_BYTES = 4 * PIECE_BYTES


class Files(Storage):
    """Beside the attachments, in the same store, and none of them: nobody counts, checks, scans or sweeps these.

    Where the store's server is not well, each call is a ProblemError (503).
    """

    def delete(self, name: str) -> None:
        the_store().remove([_key(name)])

    def exists(self, name: str) -> bool:
        return the_store().size_of(_key(name)) is not None

    def size(self, name: str) -> int:
        """In bytes.

        Raises:
            FileNotFoundError: there is none.
        """
        size = the_store().size_of(_key(name))
        if size is None:
            raise FileNotFoundError(name)
        return size

    def url(self, name: str | None) -> str:
        """A link that whoever has it may download by, for as long as STORAGE_LINK_TTL says."""
        key = _key(name or "")
        expires_at = datetime.now(UTC) + service_settings().of(StorageSettings).storage_link_ttl
        kind = guess_type(key)[0] or "application/octet-stream"
        return the_store().download_link(Download(key, key.rpartition("/")[2], kind, expires_at)).url

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        if mode != "rb":
            raise ValueError(f"a file of the store is opened in mode rb, not {mode}: save another to change it")
        with ExitStack() as unless_whole:
            spool = unless_whole.enter_context(_spool())
            try:
                for piece in the_store().pieces(_key(name)):
                    spool.write(piece)
            except LookupError:
                raise FileNotFoundError(name) from None
            spool.seek(0)
            unless_whole.pop_all()
        return File(spool, name)

    def _save(self, name: str, content: "File[Any]") -> str:
        with _spool() as spool:
            for piece in content.chunks(PIECE_BYTES):
                spool.write(piece.encode() if isinstance(piece, str) else piece)
            spool.seek(0)
            return the_store().put(_key(name), spool).removeprefix(_folder())


def _key(name: str) -> str:
    """Where a file is, by its name, which may be a path but leads nowhere else."""
    validate_file_name(name, allow_relative_path=True)
    return _folder() + name


def _folder() -> str:
    return OWN + prefix_of(service_settings())


def _spool() -> IO[bytes]:
    return SpooledTemporaryFile(_IN_MEMORY_BYTES)
