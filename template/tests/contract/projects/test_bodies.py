"""Bodies that can't be read: media type, size, encoding, JSON (sample: yours after the first render)."""

import gzip
from collections.abc import Iterator

import pytest
from httpx2 import Client
from tests.contract.problems import assert_problem
from tests.contract.projects.steps import MERGE_PATCH, PROJECTS, create_project, path_of, read_project
from tests.contract.wire import exchange

MIB = 1_048_576
JSON = "application/json"
MALFORMED = [
    b"",
    b" ",
    b"{",
    b"}",
    b'{"name": "Apollo"',
    b'{"name": "Apollo",}',
    b"{'name': 'Apollo'}",
    b'{"name": "Apollo"} {}',
    b'{name: "Apollo"}',
    b'{"name": "Apollo" /* comment */}',
    b'{"name": "line\nbreak"}',
    b"True",
    b"name=Apollo",
    b"\x00",
    b'{"name": "\xff"}',
    b'{"name": "\xc0\xaf"}',
    b'{"name": "\xed\xa0\x80"}',
    b'{"name": "\xf5\x80\x80\x80"}',
    '{"name": "Apollo"}'.encode("utf-16"),
    '{"name": "Apollo"}'.encode("utf-32-le"),
    rb'{"name": "\ud800"}',
    rb'{"name": "\udc00\ud800"}',
    rb'{"name": "Apollo", "\udfff": 1}',
    b'{"name": NaN}',
    b'{"name": Infinity}',
    b'{"name": "Apollo", "x": [-Infinity]}',
    b'{"name": 01}',
    b'{"name": "Apollo", "name": "Gemini"}',
    b'{"name": "Apollo", "x": {"y": 1, "y": 1}}',
    rb'{"name": "Apollo", "n\u0061me": "Gemini"}',
]
OTHER_TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonx",
    "application/vnd.api+json",
    "application/xml",
    "json",
    "application/",
    "*/*",
    ", application/json",
    "",
]


def nested(levels: int) -> bytes:
    """An object whose one unknown member makes it `levels` deep in all."""
    inner = levels - 1
    return b'{"name": "Apollo", "x": ' + b"[" * inner + b"]" * inner + b"}"


@pytest.mark.parametrize("content", MALFORMED)
def test_what_is_no_json_of_utf_8_is_malformed(client: Client, content: bytes) -> None:
    assert_problem(client.post(PROJECTS, content=content, headers={"Content-Type": JSON}), 400)


@pytest.mark.parametrize("content", [b"{", b'{"name": NaN}', b'{"name": "a", "name": "b"}', rb'{"name": "\ud800"}'])
@pytest.mark.parametrize("media_type", [JSON, MERGE_PATCH])
def test_changes_read_json_as_strictly(client: Client, media_type: str, content: bytes) -> None:
    project = create_project(client)
    given = {"Content-Type": media_type, "If-Match": "*"}
    assert_problem(client.patch(path_of(project), content=content, headers=given), 400)
    assert read_project(client, project) == project


def test_64_levels_are_read_and_65_are_not(client: Client) -> None:
    given = {"Content-Type": JSON}
    assert_problem(client.post(PROJECTS, content=nested(64), headers=given), 422, "/body/x")
    assert_problem(client.post(PROJECTS, content=nested(65), headers=given), 400)


@pytest.mark.parametrize("opening", [b"[", b'{"x":'])
def test_100000_levels_are_malformed(client: Client, opening: bytes) -> None:
    response = client.post(PROJECTS, content=opening * 100_000, headers={"Content-Type": JSON})
    assert_problem(response, 400)


def test_100000_closed_levels_are_malformed(client: Client) -> None:
    content = b"[" * 100_000 + b"]" * 100_000
    assert_problem(client.post(PROJECTS, content=content, headers={"Content-Type": JSON}), 400)


@pytest.mark.parametrize("number", ["-0", "1" + "0" * 300, "0." + "1" * 400, "1e-999", "-1E+308"])
def test_an_extreme_number_is_readable_but_no_name(client: Client, number: str) -> None:
    response = client.post(PROJECTS, content=f'{{"name": {number}}}'.encode(), headers={"Content-Type": JSON})
    assert_problem(response, 422, "/body/name")


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1E+400", "1" * 400, "1" * 100_000])
def test_a_number_that_is_infinity_in_disguise_is_malformed(client: Client, number: str) -> None:
    response = client.post(PROJECTS, content=f'{{"name": {number}}}'.encode(), headers={"Content-Type": JSON})
    assert_problem(response, 400)


@pytest.mark.parametrize("media_type", [JSON, "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])
def test_json_is_read(client: Client, media_type: str) -> None:
    response = client.post(PROJECTS, content=b' {"name": "Apollo"}\r\n', headers={"Content-Type": media_type})
    assert response.status_code == 201


@pytest.mark.parametrize("media_type", [*OTHER_TYPES, MERGE_PATCH, "application/json-patch+json"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_another_media_type_is_refused(client: Client, method: str, media_type: str) -> None:
    path = PROJECTS if method == "POST" else path_of(create_project(client))
    given = {"Content-Type": media_type, "If-Match": "*"}
    assert_problem(client.request(method, path, content=b'{"name": "Apollo"}', headers=given), 415)


@pytest.mark.parametrize("media_type", [*OTHER_TYPES, "application/json-patch+json"])
def test_a_change_is_json_or_a_merge_patch(client: Client, media_type: str) -> None:
    given = {"Content-Type": media_type, "If-Match": "*"}
    path = path_of(create_project(client))
    assert_problem(client.patch(path, content=b'{"name": "Apollo"}', headers=given), 415)


def test_a_body_without_a_media_type_is_refused(base_url: str) -> None:
    content = b'{"name": "Apollo"}'
    announced = [("Content-Length", str(len(content)))]
    assert_problem(exchange(base_url, "POST", PROJECTS, headers=announced, body=content), 415)


@pytest.mark.parametrize("charset", ["latin-1", "utf-16"])
def test_json_is_utf_8_whatever_its_charset_says(client: Client, charset: str) -> None:
    given = {"Content-Type": f"application/json; charset={charset}"}
    content = '{"name": "Saturne à étages"}'
    assert_problem(client.post(PROJECTS, content=content.encode(charset), headers=given), 400)
    assert client.post(PROJECTS, content=content.encode(), headers=given).json()["name"] == "Saturne à étages"


def test_a_compressed_body_is_not_unpacked(client: Client) -> None:
    given = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    response = client.post(PROJECTS, content=gzip.compress(b'{"name": "Apollo"}'), headers=given)
    assert response.status_code in {400, 415}


def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not(client: Client) -> None:
    def padded(size: int) -> bytes:
        return b'{"name": ""}'.ljust(size)

    given = {"Content-Type": JSON}
    assert_problem(client.post(PROJECTS, content=padded(MIB), headers=given), 422, "/body/name")
    assert_problem(client.post(PROJECTS, content=padded(MIB + 1), headers=given), 413)


def test_too_large_a_body_is_refused_before_it_arrives(base_url: str) -> None:
    announced = [("Content-Type", JSON), ("Content-Length", str(10**12))]
    assert_problem(exchange(base_url, "POST", PROJECTS, headers=announced), 413)


def test_too_large_a_body_in_chunks_is_refused(client: Client) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(17):
            yield b" " * 65_536

    assert_problem(client.post(PROJECTS, content=chunks(), headers={"Content-Type": JSON}), 413)


def test_a_body_in_chunks_within_the_limit_is_read(client: Client) -> None:
    content = iter([b'{"na', b'me": "Ap', b'ollo"}'])
    assert client.post(PROJECTS, content=content, headers={"Content-Type": JSON}).status_code == 201
