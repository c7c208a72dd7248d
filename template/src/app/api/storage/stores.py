"""Where the bytes of attachments are: in a folder, in MinIO or in any S3 (template-owned)."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Protocol, cast

from app.api.runtime import Client, Runtime
from app.api.storage.folder import FolderStore
from app.components import Settings
from app.components.storage import StorageSettings
from app.kit.secret_keys import derived_keys
from app.kit.settings import CoreSettings
from app.kit.storage.links import PURPOSE, SERVED_AT
from app.kit.storage.objects import Download, Kept, Link, Stored, Upload


class Store(Client, Protocol):
    """Keeps objects by their keys, and gives links to them. Where its server is not well, each call is a 503."""

    async def prepare(self) -> None:
        """Raise unless an upload could be taken at this moment."""
        ...

    async def upload_link(self, upload: Upload) -> Link:
        """A link that takes these bytes and no others."""
        ...

    async def download_link(self, download: Download) -> Link:
        """A link that gives these bytes, to be kept and not shown."""
        ...

    async def keep(self, key: str, *, at: str) -> Kept | None:
        """Have a copy of an object at another key, which is new; None: there is no such object."""
        ...

    def read(self, key: str) -> AsyncIterator[bytes]:
        """The bytes of an object, piece by piece.

        Raises:
            LookupError: there is none.
        """
        ...

    async def remove(self, keys: Iterable[str]) -> list[str]:
        """Remove objects, 1000 at most; gives those that are gone, which the ones that weren't there are too."""
        ...

    async def page(self, after: str, limit: int, *, below: str) -> list[Stored]:
        """The objects whose keys begin with `below` and come after another, in the order of their keys."""
        ...


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Client]:
    """The store that the settings ask for."""
    storage = settings.of(StorageSettings)
    if storage.server is None:
        yield _folder(settings.core)
        return
    # Only now: a process that no server is named to starts without boto3.
    from app.api.storage.s3 import S3Store

    seconds = storage.minio_timeout.total_seconds()
    async with S3Store.opened(storage.server, seconds, makes_bucket=not settings.core.is_production) as store:
        yield store


def store_of(runtime: Runtime) -> Store:
    """The store of this process."""
    return cast("Store", runtime.clients["storage"])


def prefix_of(runtime: Runtime) -> str:
    """What the keys of this service's files begin with."""
    settings = runtime.settings
    return settings.of(StorageSettings).prefix_in(settings.core.environment)


def _folder(core: CoreSettings) -> FolderStore:
    path = f"/api/{core.api_version}{SERVED_AT}"
    return FolderStore(core.data_dir / "storage", path=path, keys=lambda: derived_keys(core, PURPOSE))
