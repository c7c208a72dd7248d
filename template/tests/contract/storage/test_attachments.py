"""Files that are attached to rows: announced, uploaded, completed, downloaded (template-owned; contract, "HTTP")."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Client
from tests.contract.nouns import Noun, known_nouns, unique
from tests.contract.people import SeededPeople
from tests.contract.problems import assert_problem
from tests.contract.storage.steps import (
    TEXT,
    announce,
    announcement,
    attach,
    complete,
    download,
    fetch,
    send,
    settled,
    uploaded,
)

ATTACHABLE = [noun for noun in known_nouns() if noun.attachable]
EVERY = pytest.mark.parametrize("noun", ATTACHABLE, ids=str)
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
FIELDS = {
    *("id", "version", "created_at", "updated_at", "deleted_at", "created_by", "updated_by"),
    *("filename", "size", "content_type", "status"),
}
MIB = 1_048_576

pytestmark = pytest.mark.skipif(not ATTACHABLE, reason="files can be attached to nothing here")


@pytest.fixture
def path(client: Client) -> str:
    """Where the attachments of a row are that nobody else uses."""
    noun = ATTACHABLE[0]
    return f"{noun.path_of(noun.make(client))}/attachments"


@EVERY
def test_a_file_is_announced_uploaded_completed_and_downloaded(client: Client, noun: Noun) -> None:
    path = f"{noun.path_of(noun.make(client))}/attachments"
    response = client.post(path, json=announcement(TEXT))
    made = response.json()
    assert response.status_code == 201
    assert set(made) == FIELDS | {"upload"}
    assert set(made["upload"]) == {"method", "url", "headers", "expires_at"}
    assert (made["status"], made["filename"], made["size"]) == ("pending", "notes.txt", len(TEXT))
    assert response.headers["location"] == f"{path}/{made['id']}"
    assert response.headers["etag"] == f'"{made["version"]}"'

    assert send(made, TEXT).status_code == 200
    assert complete(client, path, made)["status"] in ("scanning", "clean", "not_scanned")
    row = settled(client, path, made)
    assert set(row) == FIELDS
    assert row["status"] in ("clean", "not_scanned")
    file = download(client, path, row)
    assert (file.status_code, file.content) == (200, TEXT)


def test_a_browser_keeps_a_file_and_does_not_show_it(client: Client, path: str) -> None:
    row = attach(client, path, b"<script>alert(1)</script>", name="Grüße.html", kind="text/html")
    file = download(client, path, row)
    disposition = file.headers["content-disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''Gr%C3%BC%C3%9Fe.html" in disposition
    assert file.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ('a"b;c.txt', 'a"b;c.txt'),
        ("line\r\nSet-Cookie: x=1.txt", "line  Set-Cookie: x=1.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("..", "file"),
        ("🚀.png", "🚀.png"),
    ],
)
def test_a_name_is_made_safe(client: Client, path: str, given: str, shown: str) -> None:
    row = attach(client, path, name=given)
    assert row["filename"] == shown
    headers = download(client, path, row).headers
    assert headers["content-disposition"].startswith("attachment;")
    assert "set-cookie" not in headers


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (PDF, "application/pdf"),
        (b'{"a": 1}', "application/json"),
        (b"\x00\x01\x02", "application/octet-stream"),
        ("Grüße".encode(), "text/plain"),
    ],
)
def test_a_file_of_the_kind_that_was_announced_is_taken(client: Client, path: str, content: bytes, kind: str) -> None:
    row = attach(client, path, content, kind=kind)
    assert download(client, path, row).content == content


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PDF, "image/png"), (b"plain text", "application/pdf"), (PNG, "text/plain"), (b"\xff\xfe\xff", "text/plain")],
)
def test_a_file_of_another_kind_is_rejected(client: Client, path: str, content: bytes, kind: str) -> None:
    made = uploaded(client, path, content, kind=kind)
    assert complete(client, path, made)["status"] == "rejected"
    assert_problem(client.get(f"{path}/{made['id']}/download"), 409)
    # It stays so.
    assert complete(client, path, made)["status"] == "rejected"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"size": 0}, "/body/size"),
        ({"size": -1}, "/body/size"),
        ({"size": 6 * 1024 * MIB}, "/body/size"),
        ({"size": 25 * MIB + 1}, "/body/size"),
        ({"size": "1"}, "/body/size"),
        ({"size": True}, "/body/size"),
        ({"filename": ""}, "/body/filename"),
        ({"filename": "x" * 256}, "/body/filename"),
        ({"filename": "a\x00b"}, "/body/filename"),
        ({"content_type": ""}, "/body/content_type"),
        ({"content_type": "text"}, "/body/content_type"),
        ({"content_type": "text/plain; charset=utf-8"}, "/body/content_type"),
        ({"content_type": "text/plain\r\nX: y"}, "/body/content_type"),
        ({"content_type": "image/nothing-that-there-is"}, "/body/content_type"),
    ],
)
def test_a_wrong_announcement_is_refused(client: Client, path: str, fields: dict[str, Any], pointer: str) -> None:
    assert_problem(client.post(path, json=announcement(TEXT) | fields), 422, pointer)


def test_a_file_of_the_largest_size_is_taken_whatever_body_limit_is(client: Client, path: str) -> None:
    content = bytes(range(256)) * (25 * 4096)
    row = attach(client, path, content, kind="application/octet-stream")
    assert download(client, path, row).content == content


@pytest.mark.parametrize("content", [TEXT + b"more", TEXT[:-1], b""], ids=["longer", "shorter", "empty"])
def test_an_upload_of_another_size_is_not_taken(client: Client, path: str, content: bytes) -> None:
    made = announce(client, path)
    assert send(made, content).status_code >= 400
    assert_problem(client.post(f"{path}/{made['id']}/complete"), 409)


def test_an_upload_of_another_type_is_not_taken(client: Client, path: str) -> None:
    made = announce(client, path)
    assert send(made, TEXT, **{"Content-Type": "text/html"}).status_code >= 400


def test_a_link_is_good_for_its_own_method_and_object(client: Client, path: str) -> None:
    made, other = announce(client, path), announce(client, path)
    row = attach(client, path)
    link: str = client.get(f"{path}/{row['id']}/download").json()["url"]

    # 400 where a store looks for the headers that are signed before it looks at the method.
    assert fetch(made["upload"]["url"]).status_code in (400, 403)
    assert send({"upload": made["upload"] | {"url": link}}, TEXT).status_code == 403
    forged = made["upload"]["url"][:-6] + ("AAAAAA" if not made["upload"]["url"].endswith("AAAAAA") else "BBBBBB")
    assert send({"upload": made["upload"] | {"url": forged}}, TEXT).status_code == 403
    assert_problem(client.post(f"{path}/{other['id']}/complete"), 409)


def test_what_is_completed_cannot_be_overwritten(client: Client, path: str) -> None:
    made = uploaded(client, path, b"the first")
    complete(client, path, made)
    # The link is good for a while yet, and may take the bytes: nobody gets them.
    send(made, b"something")
    row = settled(client, path, made)
    complete(client, path, made)

    assert download(client, path, row).content == b"the first"


def test_many_completions_at_once_are_one(client: Client, path: str) -> None:
    made = uploaded(client, path)
    with ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(lambda _: client.post(f"{path}/{made['id']}/complete"), range(4)))

    assert {response.status_code for response in responses} == {200}
    assert settled(client, path, made)["version"] <= 3
    assert download(client, path, made).content == TEXT


def test_what_was_not_uploaded_cannot_be_completed_or_downloaded(client: Client, path: str) -> None:
    made = announce(client, path)
    assert_problem(client.post(f"{path}/{made['id']}/complete"), 409)
    assert_problem(client.get(f"{path}/{made['id']}/download"), 409)


def test_a_repeat_with_the_same_key_announces_nothing_more(client: Client, path: str) -> None:
    key = {"Idempotency-Key": unique()[:40].replace(" ", "-")}
    first, again = (client.post(path, json=announcement(TEXT), headers=key) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert [row["id"] for row in client.get(path).json()["items"]] == [first.json()["id"]]


def test_pages_follow_each_other_newest_first(client: Client, path: str) -> None:
    made = [announce(client, path, name=f"{number}.txt") for number in range(5)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        body = client.get(path, params={"limit": 2, **cursor}).json()
        seen += [row["id"] for row in body["items"]]
        if body["next_cursor"] is None:
            break
        cursor = {"cursor": body["next_cursor"]}
    assert seen == [row["id"] for row in reversed(made)]
    assert_problem(client.get(path, params={"cursor": "x"}), 422, "/query/cursor")


def test_a_deleted_attachment_is_gone(client: Client, path: str) -> None:
    row = attach(client, path)
    one = f"{path}/{row['id']}"
    assert client.delete(one).status_code == 204
    for response in (
        client.get(one),
        client.delete(one),
        client.get(f"{one}/download"),
        client.post(f"{one}/complete"),
    ):
        assert_problem(response, 404)
    assert client.get(path).json()["items"] == []


@EVERY
def test_attachments_of_a_deleted_row_are_out_of_reach_until_it_is_restored(client: Client, noun: Noun) -> None:
    parent = noun.make(client)
    path = f"{noun.path_of(parent)}/attachments"
    row = attach(client, path)
    noun.delete(client, parent)
    for response in (client.get(path), client.get(f"{path}/{row['id']}"), client.post(path, json=announcement(TEXT))):
        assert_problem(response, 404)

    assert client.post(f"{noun.path_of(parent)}/restore").status_code == 200
    assert download(client, path, row).content == TEXT


def test_nobody_of_another_organization_sees_anything(client: Client, path: str, acting_as: SeededPeople) -> None:
    row = attach(client, path)
    foreign, noun = acting_as("admin@globex.example").client, ATTACHABLE[0]
    own = f"{noun.path_of(noun.make(foreign))}/attachments"
    # By the row's own path, and by that of a row of theirs.
    for start in (path, own):
        one = f"{start}/{row['id']}"
        assert_problem(foreign.get(one), 404)
        assert_problem(foreign.get(f"{one}/download"), 404)
        assert_problem(foreign.post(f"{one}/complete"), 404)
        assert_problem(foreign.delete(one), 404)
    assert_problem(foreign.get(path), 404)
    assert_problem(foreign.post(path, json=announcement(TEXT)), 404)
    assert settled(client, path, row)["deleted_at"] is None


def test_an_attachment_is_found_at_its_own_row_alone(client: Client, path: str) -> None:
    row, noun = attach(client, path), ATTACHABLE[0]
    other = f"{noun.path_of(noun.make(client))}/attachments"
    assert_problem(client.get(f"{other}/{row['id']}"), 404)
    assert_problem(client.get(f"{path}/{uuid4()}"), 404)
    assert_problem(client.get(f"{path}/x"), 404)
