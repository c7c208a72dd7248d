"""A folder and an S3: the same answers to the same calls (template-owned)."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.api.conftest import SettingsOf
from tests.api.service import open_service
from tests.api.storage.conftest import Stored
from tests.storage.buckets import ACME, TEXT, a_download, an_upload, own_prefix

from app.api.storage.stores import Store, store_of
from app.domain.storage import new_key
from app.kit.storage.objects import START_BYTES, Link


def copy_key() -> str:
    return new_key(own_prefix(), ACME, datetime.now(UTC))


async def everything(store: Store, key: str) -> bytes:
    return b"".join([piece async for piece in store.read(key)])


async def test_what_is_sent_to_a_link_is_kept_and_given_by_another(stored: Stored) -> None:
    store, upload, copy = stored.store, an_upload(), copy_key()
    await store.prepare()
    assert (await stored.send(await store.upload_link(upload), TEXT)).status_code == 200

    kept = await store.keep(upload.key, at=copy)
    assert kept is not None
    assert (kept.size, kept.start) == (len(TEXT), TEXT)
    assert await everything(store, copy) == TEXT
    given = await stored.send(await store.download_link(a_download(copy, "Grüße.txt")))
    assert (given.status_code, given.content) == (200, TEXT)
    assert "filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt" in given.headers["content-disposition"]


async def test_a_copy_stays_as_it_is_whatever_comes_by_the_link(stored: Stored) -> None:
    store, upload, copy = stored.store, an_upload(b"first"), copy_key()
    await store.prepare()
    link = await store.upload_link(upload)
    await stored.send(link, b"first")
    await store.keep(upload.key, at=copy)
    assert (await stored.send(link, b"other")).status_code == 200

    assert await everything(store, copy) == b"first"
    assert await everything(store, upload.key) == b"other"


@pytest.mark.parametrize("content", [b"", b"shor", b"longer than it was said to be"])
async def test_a_link_takes_no_other_size(stored: Stored, content: bytes) -> None:
    store, upload = stored.store, an_upload(b"short")
    await store.prepare()
    assert (await stored.send(await store.upload_link(upload), content)).status_code >= 400

    assert await store.keep(upload.key, at=copy_key()) is None
    assert await store.page("", 10, below="") == []


async def test_a_link_takes_no_other_kind(stored: Stored) -> None:
    store, upload = stored.store, an_upload()
    await store.prepare()
    link = await store.upload_link(upload)
    other = Link(link.method, link.url, link.expires_at, {"Content-Type": "text/html"})
    assert (await stored.send(other, TEXT)).status_code >= 400
    assert await store.keep(upload.key, at=copy_key()) is None


async def test_only_the_beginning_of_a_large_file_is_looked_at(stored: Stored) -> None:
    content = bytes(range(256)) * 4096
    store, upload, copy = stored.store, an_upload(content), copy_key()
    await store.prepare()
    assert (await stored.send(await store.upload_link(upload), content)).status_code == 200

    kept = await store.keep(upload.key, at=copy)
    assert kept is not None
    assert (kept.size, kept.start) == (len(content), content[:START_BYTES])
    assert await everything(store, copy) == content


async def test_objects_are_listed_in_order_and_removed(stored: Stored) -> None:
    store, uploads = stored.store, [an_upload() for _ in range(3)]
    await store.prepare()
    for upload in uploads:
        await stored.send(await store.upload_link(upload), TEXT)
    keys = sorted(upload.key for upload in uploads)

    page = await store.page("", 2, below="")
    assert [each.key for each in page] == keys[:2]
    assert abs(datetime.now(UTC) - page[0].modified) < timedelta(hours=1)
    assert [each.key for each in await store.page(keys[1], 2, below="")] == keys[2:]
    await store.remove([*keys[:2], "not/there"])
    assert [each.key for each in await store.page("", 10, below="")] == keys[2:]
    with pytest.raises(LookupError):
        await everything(store, keys[0])


async def test_the_store_is_in_the_summary(stored: Stored, store_settings: dict[str, str]) -> None:
    await stored.store.prepare()
    check = (await stored.service.client.get("/health")).json()["checks"]["storage"]
    assert check == {"status": "ok", "backend": "real" if store_settings else "embedded", "detail": "answers"}


async def test_a_slow_upload_has_limits_of_its_own(settings: SettingsOf) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(3):
            await asyncio.sleep(0.5)
            yield b"x" * 1024

    async with open_service(settings(REQUEST_TIMEOUT="1s", BODY_LIMIT="1024")) as service:
        upload, began = an_upload(b"x" * 3072), time.monotonic()
        link = await store_of(service.runtime).upload_link(upload)
        response = await service.client.put(link.url, content=slowly(), headers=dict(link.headers))

    assert (response.status_code, time.monotonic() - began > 1) == (200, True)


async def test_links_of_the_service_itself_are_not_served_where_a_server_has_the_files(settings: SettingsOf) -> None:
    async with open_service(settings()) as embedded:
        link = await store_of(embedded.runtime).upload_link(an_upload())
    async with open_service(settings(MINIO_ENDPOINT="127.0.0.1", MINIO_PORT="1")) as service:
        assert (await service.client.put(link.url, content=TEXT)).status_code == 404
        assert (await service.client.get(link.url)).status_code == 404
