"""Where the bytes of attachments are, by Django's storages: a folder, MinIO or any S3 (template-owned)."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import IO, Protocol

from app.apps.runtime import service_settings
from app.apps.storage.folder import FolderStorage
from app.components import Settings
from app.components.storage import StorageSettings
from app.kit.secret_keys import derived_keys
from app.kit.settings import Backend, CoreSettings
from app.kit.storage.links import PURPOSE, SERVED_AT
from app.kit.storage.objects import Download, Kept, Link, Stored, Upload


class Store(Protocol):
    """Keeps objects by their keys, and gives links to them. Where its server is not well, each call is a 503."""

    @property
    def backend(self) -> Backend: ...

    @property
    def is_resting(self) -> bool: ...

    def ping(self) -> None: ...

    def prepare(self) -> None:
        """Raise unless an upload could be taken at this moment."""
        ...

    def upload_link(self, upload: Upload) -> Link:
        """A link that takes these bytes and no others."""
        ...

    def download_link(self, download: Download) -> Link:
        """A link that gives these bytes, to be kept and not shown."""
        ...

    def keep(self, key: str, *, at: str) -> Kept | None:
        """Have a copy of an object at another key, which is new; None: there is no such object."""
        ...

    def put(self, key: str, content: IO[bytes]) -> str:
        """Keep these bytes of the service's own; the key, another where this one was just taken."""
        ...

    def size_of(self, key: str) -> int | None:
        """The size of an object in bytes; None: there is none."""
        ...

    def pieces(self, key: str) -> Iterator[bytes]:
        """The bytes of an object, piece by piece.

        Raises:
            LookupError: there is none.
        """
        ...

    def remove(self, keys: Iterable[str]) -> list[str]:
        """Remove objects, 1000 at most; gives those that are gone, which the ones that weren't there are too."""
        ...

    def page(self, after: str, limit: int, *, below: str) -> list[Stored]:
        """The objects whose keys begin with `below` and come after another, in the order of their keys."""
        ...


def open_store(settings: Settings) -> Store:
    """The store that the settings ask for; it connects when first used."""
    storage = settings.of(StorageSettings)
    if storage.server is None:
        return _folder(settings.core)
    # Only now: a process that no server is named to starts without boto3.
    from app.apps.storage.s3 import S3Storage

    seconds = storage.minio_timeout.total_seconds()
    return S3Storage(storage.server, seconds, makes_bucket=not settings.core.is_production)


@cache
def the_store() -> Store:
    """The process's one."""
    return open_store(service_settings())


def prefix_of(settings: Settings) -> str:
    """What the keys of this service's files begin with."""
    return settings.of(StorageSettings).prefix_in(settings.core.environment)


def _folder(core: CoreSettings) -> FolderStorage:
    path = f"/api/{core.api_version}{SERVED_AT}"
    return FolderStorage(core.data_dir / "storage", path=path, keys=lambda: derived_keys(core, PURPOSE))
