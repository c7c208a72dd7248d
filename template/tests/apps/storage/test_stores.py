"""A folder and an S3: the same answers to the same calls (template-owned)."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.apps.storage.conftest import Stored
from tests.storage.buckets import ACME, TEXT, a_download, an_upload, own_prefix

from app.apps.storage import transfers
from app.apps.storage.stores import Store
from app.domain.storage import new_key
from app.kit.storage.objects import START_BYTES, Link


def copy_key() -> str:
    return new_key(own_prefix(), ACME, datetime.now(UTC))


def everything(store: Store, key: str) -> bytes:
    return b"".join(store.pieces(key))


def test_what_is_sent_to_a_link_is_kept_and_given_by_another(stored: Stored) -> None:
    store, upload, copy = stored.store, an_upload(), copy_key()
    store.prepare()
    assert stored.send(store.upload_link(upload), TEXT).status_code == 200

    kept = store.keep(upload.key, at=copy)
    assert kept is not None
    assert (kept.size, kept.start) == (len(TEXT), TEXT)
    assert everything(store, copy) == TEXT
    given = stored.send(store.download_link(a_download(copy, "Grüße.txt")))
    assert (given.status_code, given.content) == (200, TEXT)
    assert "filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt" in given.headers["content-disposition"]


def test_a_copy_stays_as_it_is_whatever_comes_by_the_link(stored: Stored) -> None:
    store, upload, copy = stored.store, an_upload(b"first"), copy_key()
    store.prepare()
    link = store.upload_link(upload)
    stored.send(link, b"first")
    store.keep(upload.key, at=copy)
    assert stored.send(link, b"other").status_code == 200

    assert everything(store, copy) == b"first"
    assert everything(store, upload.key) == b"other"


@pytest.mark.parametrize("content", [b"", b"shor", b"longer than it was said to be"])
def test_a_link_takes_no_other_size(stored: Stored, content: bytes) -> None:
    store, upload = stored.store, an_upload(b"short")
    store.prepare()
    assert stored.send(store.upload_link(upload), content).status_code >= 400

    assert store.keep(upload.key, at=copy_key()) is None
    assert store.page("", 10, below="") == []


def test_a_link_takes_no_other_kind(stored: Stored) -> None:
    store, upload = stored.store, an_upload()
    store.prepare()
    link = store.upload_link(upload)
    other = Link(link.method, link.url, link.expires_at, {"Content-Type": "text/html"})
    assert stored.send(other, TEXT).status_code >= 400
    assert store.keep(upload.key, at=copy_key()) is None


def test_only_the_beginning_of_a_large_file_is_looked_at(stored: Stored) -> None:
    content = bytes(range(256)) * 4096
    store, upload, copy = stored.store, an_upload(content), copy_key()
    store.prepare()
    assert stored.send(store.upload_link(upload), content).status_code == 200

    kept = store.keep(upload.key, at=copy)
    assert kept is not None
    assert (kept.size, kept.start) == (len(content), content[:START_BYTES])
    assert everything(store, copy) == content


def test_objects_are_listed_in_order_and_removed(stored: Stored) -> None:
    store, uploads = stored.store, [an_upload() for _ in range(3)]
    store.prepare()
    for upload in uploads:
        stored.send(store.upload_link(upload), TEXT)
    keys = sorted(upload.key for upload in uploads)

    page = store.page("", 2, below="")
    assert [each.key for each in page] == keys[:2]
    assert abs(datetime.now(UTC) - page[0].modified) < timedelta(hours=1)
    assert [each.key for each in store.page(keys[1], 2, below="")] == keys[2:]
    store.remove([*keys[:2], "not/there"])
    assert [each.key for each in store.page("", 10, below="")] == keys[2:]
    with pytest.raises(LookupError):
        everything(store, keys[0])


def test_it_says_which_it_is(stored: Stored, store_settings: dict[str, str]) -> None:
    stored.store.prepare()
    stored.store.ping()
    assert (stored.store.backend, stored.store.is_resting) == ("real" if store_settings else "embedded", False)


@pytest.mark.parametrize("store_settings", [{}], indirect=False)
def test_no_more_uploads_at_once_than_there_are_places(stored: Stored) -> None:
    link = stored.store.upload_link(an_upload())
    for _ in range(transfers.MOST_UPLOADS):
        assert transfers._places.acquire(blocking=False)
    try:
        refused = stored.send(link, TEXT)
        assert (refused.status_code, int(refused.headers["retry-after"]) >= 1) == (503, True)
    finally:
        for _ in range(transfers.MOST_UPLOADS):
            transfers._places.release()
    assert stored.send(link, TEXT).status_code == 200


@pytest.mark.parametrize("store_settings", [{"MINIO_ENDPOINT": "127.0.0.1", "MINIO_PORT": "1"}], indirect=False)
def test_links_of_the_service_itself_are_not_served_where_a_server_has_the_files(stored: Stored) -> None:
    for method in ("PUT", "GET"):
        assert stored.client.request(method, "/api/v1/storage/object?token=x").status_code == 404
