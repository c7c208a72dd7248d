"""Which files may come in, who gets them when, and what goes in the end (template-owned)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from tests.environment import settings_of

from app.components.storage import StorageSettings, holds_back
from app.domain.caller import Caller
from app.domain.storage import (
    Parent,
    check_announcement,
    check_quota,
    cleaning,
    download_of,
    is_left_over,
    is_of_kind,
    new_values,
    upload_of,
    verdict,
)
from app.kit.component import Component
from app.kit.problems import ProblemError
from app.kit.resource import Resource
from app.kit.service import this_service
from app.kit.settings import SettingsError
from app.kit.storage.links import Grant, read_grant, sign
from app.kit.storage.names import attachment_disposition, safe_name
from app.kit.storage.objects import Kept

CALLER = Caller(UUID(int=1), UUID(int=2), "Member", UUID(int=3))
PARENT = Parent("note", UUID(int=4))
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")
KEYS = (b"k" * 32, b"old" * 11)
GRANT = Grant("PUT", "incoming/a", 3, "text/plain", datetime.now(UTC).timestamp() + 86_400)
LARGEST = 100


def announced(**given: Any) -> dict[str, Any]:
    said = {"filename": "a.txt", "size": 3, "content_type": "text/plain", **given}
    check_announcement(said, most_bytes=LARGEST)
    return new_values(CALLER, PARENT, said, below="acme-api-test/")


def row(status: str = "clean", **given: Any) -> Any:
    return SimpleNamespace(filename="a.txt", size=3, content_type="text/plain", status=status, key="k", **given)


def test_a_key_is_the_servers_own_and_tells_nothing_of_the_file() -> None:
    first, second = (announced(filename="../secret.pdf")["key"] for _ in range(2))

    assert first.startswith(f"acme-api-test/incoming/{CALLER.organization_id}/{datetime.now(UTC).year}/")
    assert "secret" not in first
    assert first != second


def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_not() -> None:
    assert announced(size=LARGEST)["size"] == LARGEST
    with pytest.raises(ProblemError) as refused:
        announced(size=LARGEST + 1)
    assert [error.pointer for error in refused.value.errors] == ["/body/size"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "text/csv", "application/json", "image/png", "application/octet-stream", "application/zip"]
)
def test_a_kind_that_can_be_checked_is_taken(kind: str) -> None:
    assert announced(content_type=kind)["content_type"] == kind


def test_a_kind_that_no_bytes_tell_is_not() -> None:
    with pytest.raises(ProblemError) as refused:
        announced(content_type="application/x-nothing-that-there-is")
    assert [error.pointer for error in refused.value.errors] == ["/body/content_type"]


@pytest.mark.parametrize(
    ("kind", "start", "is_it"),
    [
        ("image/png", PNG, True),
        ("image/png", b"GIF89a" + bytes(10), False),
        ("image/png", b"", False),
        ("image/jpeg", PNG, False),
        ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", True),
        ("application/pdf", b"%PDF-1.7\n", True),
        ("application/pdf", b"MZ\x90\x00", False),
        ("application/zip", b"PK\x03\x04\x14\x00\x00\x00", True),
        ("application/gzip", b"\x1f\x8b\x08\x00\x00", True),
        ("application/x-gzip", b"\x1f\x8b\x08\x00\x00", True),
        ("text/plain", "Grüße 🚀".encode(), True),
        ("text/plain", b"a\x00b", False),
        ("text/plain", b"\xff\xfe", False),
        ("text/html", b"<p>", True),
        ("application/json", b"{}", True),
        ("image/svg+xml", b"<svg/>", True),
        ("application/octet-stream", b"\x00anything", True),
    ],
)
def test_the_bytes_say_of_which_kind_a_file_is(kind: str, start: bytes, is_it: bool) -> None:
    assert is_of_kind(kind, start, is_whole=True) is is_it


def test_a_text_may_be_cut_within_a_character_only_where_more_follows() -> None:
    cut = "Grüß".encode()[:-1]

    assert is_of_kind("text/plain", cut, is_whole=False)
    assert not is_of_kind("text/plain", cut, is_whole=True)
    assert not is_of_kind("text/plain", b"\xc3(" + bytes([65]) * 9, is_whole=False)


@pytest.mark.parametrize(
    ("kept", "is_held_back", "status"),
    [
        (Kept(3, b"abc"), False, "not_scanned"),
        (Kept(3, b"abc"), True, "scanning"),
        (Kept(4, b"abcd"), False, "rejected"),
        (Kept(3, b"a\x00c"), True, "rejected"),
    ],
)
def test_what_a_file_is_once_it_is_there(kept: Kept, is_held_back: bool, status: str) -> None:
    assert verdict(row("pending"), kept, is_held_back=is_held_back) == status


@pytest.mark.parametrize("status", ["pending", "scanning", "quarantined", "rejected"])
def test_only_what_was_found_good_is_given_out(status: str) -> None:
    with pytest.raises(ProblemError) as refused:
        download_of(row(status), timedelta(minutes=1))
    assert refused.value.kind.status == 409


@pytest.mark.parametrize("status", ["clean", "not_scanned"])
def test_a_link_is_good_for_as_long_as_it_says(status: str) -> None:
    before = datetime.now(UTC)
    for link in (download_of(row(status), timedelta(minutes=1)), upload_of(row("pending"), timedelta(minutes=1))):
        assert before + timedelta(seconds=59) < link.expires_at < before + timedelta(seconds=90)


def test_a_quota_is_met_to_the_byte() -> None:
    check_quota(90, 10, quota=100)
    with pytest.raises(ProblemError) as refused:
        check_quota(91, 10, quota=100)
    assert refused.value.kind.status == 409


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("a.txt", "a.txt"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\r\nb", "a  b"),
        ("\u202etxt.exe", "txt.exe"),
        ("  . ", "file"),
        ("a/", "file"),
        ("x\x7f\x9f\u2028y", "x   y"),
    ],
)
def test_a_name_holds_nothing_that_misleads(given: str, name: str) -> None:
    assert safe_name(given) == name


def test_a_disposition_is_ascii_and_holds_the_name_as_it_is() -> None:
    assert attachment_disposition('Grüße "1".txt') == (
        "attachment; filename=\"Gr__e _1_.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%221%22.txt"
    )


def test_a_link_allows_what_it_was_made_for() -> None:
    assert read_grant(sign(GRANT, KEYS), "PUT", KEYS) == GRANT
    assert read_grant(sign(GRANT, KEYS[1:]), "PUT", KEYS) == GRANT


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "ü",
        "A" * 43,
        sign(GRANT, (b"other" * 7,)),
        sign(GRANT, KEYS)[:-2],
        "A" + sign(GRANT, KEYS)[1:],
        sign(replace(GRANT, expires=1.0), KEYS),
        sign(replace(GRANT, method="GET"), KEYS),
    ],
)
def test_a_link_of_another_kind_time_or_maker_is_refused(token: str) -> None:
    with pytest.raises(ProblemError) as refused:
        read_grant(token, "PUT", KEYS)
    assert refused.value.kind.status == 403


def test_a_component_that_scans_what_was_completed_holds_files_back() -> None:
    scanning = Component("alpha", handles=("attachment.completed",), queue="scan")

    assert holds_back([Component("beta"), scanning])
    assert not holds_back([replace(scanning, queue="default"), replace(scanning, handles=())])


def test_what_lost_its_row_is_asked_for_of_each_resource() -> None:
    statements = cleaning([Resource("note", "notes")], ":{}".format)

    assert len(statements) == 3
    assert "NOT EXISTS (SELECT FROM notes" in statements[2]
    assert ":pending" in statements[0]
    assert ":refused" in statements[1]


def test_an_object_without_a_row_is_left_alone_for_a_day() -> None:
    now = datetime.now(UTC)

    assert not is_left_over(now - timedelta(hours=23), now)
    assert is_left_over(now - timedelta(hours=25), now)


def of_storage(**given: str) -> StorageSettings:
    return settings_of(**given).of(StorageSettings)


def test_without_a_server_files_are_in_a_folder() -> None:
    assert (of_storage().backend, of_storage().server) == ("embedded", None)


def test_the_server_is_reached_by_the_guides_names() -> None:
    server = of_storage(MINIO_ENDPOINT="minio", MINIO_ACCESS_KEY="a", MINIO_SECRET_KEY="b").server

    assert server is not None
    assert (server.url, server.public_url, server.bucket) == ("http://minio:9000", "http://minio:9000", "uploads")
    assert "b" not in repr(server).partition("secret")[2]


def test_links_may_be_for_another_address() -> None:
    server = of_storage(MINIO_ENDPOINT="minio", MINIO_TLS="true", MINIO_PUBLIC_URL="https://files.example.com/").server

    assert server is not None
    assert (server.url, server.public_url) == ("https://minio:9000", "https://files.example.com")


def test_services_and_environments_that_share_a_bucket_have_prefixes_of_their_own() -> None:
    prefixes = {of_storage().prefix_in(each) for each in ("test", "staging", "production")}

    assert prefixes == {f"{this_service().slug}-{each}/" for each in ("test", "staging", "production")}
    assert of_storage(STORAGE_PREFIX="files-of-acme").prefix_in("production") == "files-of-acme/"


@pytest.mark.parametrize(
    "given",
    [
        {"STORAGE_LINK_TTL": "2h"},
        {"STORAGE_PENDING_RETENTION": "15m"},
        {"STORAGE_LINK_TTL": "1d", "STORAGE_PENDING_RETENTION": "23h"},
    ],
)
def test_a_file_is_not_given_up_while_its_link_is_good(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="STORAGE_PENDING_RETENTION: must be longer than STORAGE_LINK_TTL"):
        of_storage(**given)


def test_a_file_may_be_given_up_as_soon_as_its_link_is_not_good_any_more() -> None:
    given = of_storage(STORAGE_LINK_TTL="59m", STORAGE_PENDING_RETENTION="1h")

    assert given.storage_pending_retention - given.storage_link_ttl == timedelta(minutes=1)


def test_a_link_ttl_that_is_no_duration_is_all_that_is_told() -> None:
    with pytest.raises(SettingsError) as refused:
        of_storage(STORAGE_LINK_TTL="soon", STORAGE_PENDING_RETENTION="1m")
    assert "STORAGE_LINK_TTL: write a whole number" in str(refused.value)
    assert "STORAGE_PENDING_RETENTION" not in str(refused.value)


@pytest.mark.parametrize("prefix", ["a/b", "../a", "A", "-a", "a/"])
def test_no_prefix_lies_within_another(prefix: str) -> None:
    with pytest.raises(SettingsError, match="STORAGE_PREFIX"):
        of_storage(STORAGE_PREFIX=prefix)


@pytest.mark.parametrize("host", ["http://minio", "minio:9000"])
def test_an_endpoint_is_a_host_name_alone(host: str) -> None:
    with pytest.raises(SettingsError, match="MINIO_ENDPOINT: must be a host name alone"):
        of_storage(MINIO_ENDPOINT=host)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, ["MINIO_ENDPOINT"]),
        ({"MINIO_ENDPOINT": "minio"}, ["MINIO_PUBLIC_URL"]),
        ({"MINIO_ENDPOINT": "minio", "MINIO_PUBLIC_URL": "https://x.example"}, []),
        (
            {"MINIO_ENDPOINT": "minio", "MINIO_TLS": "true", "MINIO_ACCESS_KEY": "minioadmin"},
            ["MINIO_ACCESS_KEY"],
        ),
    ],
)
def test_production_refuses_what_is_for_development(given: dict[str, str], names: list[str]) -> None:
    assert [name for name, _ in of_storage(**given).production_faults()] == names
