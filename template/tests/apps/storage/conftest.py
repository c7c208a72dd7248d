"""A store, embedded or real, and somebody who attaches files (template-owned)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from tests.apps.application import application
from tests.apps.people import caller_as
from tests.environment import settings_of
from tests.storage.buckets import ask, own_bucket

from app.apps.storage import cleaning, completion, transfers
from app.apps.storage.s3 import S3Storage
from app.apps.storage.stores import Store, open_store
from app.domain.caller import Caller
from app.kit.storage.objects import Link

REAL = pytest.param("real", marks=pytest.mark.integration("MINIO_ENDPOINT"))


@dataclass(frozen=True)
class Stored:
    """A store, the application that serves its links where it is the embedded one, and a caller."""

    store: Store
    client: httpx2.Client
    caller: Caller

    def send(self, link: Link, content: bytes | None = None) -> httpx2.Response:
        """Make the request of a link."""
        if not link.url.startswith("/"):
            return ask(link, content)
        return self.client.request(link.method, link.url, content=content, headers=dict(link.headers))


@pytest.fixture(params=["embedded", REAL])
def store_settings(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The settings of a store of the test's own."""
    store: AbstractContextManager[dict[str, str]] = own_bucket() if request.param == "real" else nullcontext({})
    with store as given:
        yield given


@pytest.fixture
def stored(
    store_settings: dict[str, str],
    tmp_path: Path,
    # A request ends its connection, and with it a test's transaction.
    transactional_db: None,
    seeded: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stored]:
    """The store of these settings, as the process's one."""
    store = open_store(settings_of(DATA_DIR=str(tmp_path), **store_settings))
    for module in (cleaning, completion, transfers):
        monkeypatch.setattr(module, "the_store", lambda: store)
    with application() as client:
        yield Stored(store, client, caller_as())
    if isinstance(store, S3Storage):
        store.close()
