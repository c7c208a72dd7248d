"""Bodies that can't be read, at every operation that takes one: media type, size, encoding, JSON (template-owned)."""

import gzip
from collections.abc import Iterator
from uuid import uuid4

import pytest
from httpx2 import Response
from tests.contract.hostile.bodies import CANARY, JSON, MALFORMED, MIB, WITH_BODY, nested, other_types
from tests.contract.operations import Call, Cast
from tests.contract.problems import assert_problem
from tests.contract.wire import exchange

# 64 MiB of blanks once it is unpacked: members of a gzip file follow one another.
BOMB = gzip.compress(b" " * MIB) * 64
EVERY = pytest.mark.parametrize("call", WITH_BODY, ids=str)


def send(cast: Cast, call: Call, content: bytes | Iterator[bytes], media_type: str = "") -> Response:
    """Send bytes as the body, as somebody who may make the call, to a row that there is not."""
    given = {"Content-Type": media_type or call.media_type, "If-Match": "*"}
    return cast.client("OrgAdmin").request(call.method, call.at(str(uuid4())), content=content, headers=given)


@EVERY
def test_what_is_no_json_of_utf_8_is_malformed(cast: Cast, call: Call) -> None:
    for content in MALFORMED:
        response = send(cast, call, content)
        assert response.status_code == 400, content[:60]
        assert_problem(response, 400)
        assert "Apollo" not in response.text


@EVERY
def test_64_levels_are_read_and_65_are_not(cast: Cast, call: Call) -> None:
    readable = send(cast, call, nested(64))
    assert readable.status_code == 422
    assert "/body/x" in {error["pointer"] for error in readable.json()["errors"]}
    assert_problem(send(cast, call, nested(65)), 400)


@EVERY
def test_json_that_is_no_object_is_wrong(cast: Cast, call: Call) -> None:
    for content in (b"null", b"true", b"0", b"-1", b"1e30", b'"text"', b"[]", b"[{}]", b'["name"]'):
        response = send(cast, call, content)
        assert response.status_code == 422, content
        assert_problem(response, 422, "/body")


@EVERY
def test_another_media_type_is_refused(cast: Cast, call: Call) -> None:
    for media_type in other_types(call.method):
        given = {"Content-Type": media_type, "If-Match": "*"}
        client, path = cast.client("OrgAdmin"), call.at(str(uuid4()))
        response = client.request(call.method, path, content=b"{}", headers=given)
        assert response.status_code == 415, media_type
        assert_problem(response, 415)


@EVERY
def test_a_body_without_a_media_type_is_refused(cast: Cast, base_url: str, call: Call) -> None:
    token = cast.client("OrgAdmin").headers["Authorization"]
    headers = [("Authorization", token), ("Content-Length", "2"), ("If-Match", "*")]
    assert_problem(exchange(base_url, call.method, call.at(str(uuid4())), headers=headers, body=b"{}"), 415)


@EVERY
def test_json_is_utf_8_whatever_its_charset_says(cast: Cast, call: Call) -> None:
    for charset in ("latin-1", "utf-16"):
        content = '{"x": "Saturne à étages"}'
        media_type = f"{call.media_type}; charset={charset}"
        assert_problem(send(cast, call, content.encode(charset), media_type), 400)
        assert send(cast, call, content.encode(), media_type).status_code == 422


@EVERY
def test_a_media_type_may_have_parameters_and_any_case(cast: Cast, call: Call) -> None:
    for media_type in ("application/json; charset=utf-8", "Application/JSON;charset=UTF-8", f"{JSON} ;x=y"):
        assert send(cast, call, b'\r\n {"x": 1}\t', media_type).status_code == 422


@EVERY
def test_a_compressed_body_is_not_unpacked(cast: Cast, call: Call) -> None:
    given = {"Content-Type": call.media_type, "Content-Encoding": "gzip", "If-Match": "*"}
    client, path = cast.client("OrgAdmin"), call.at(str(uuid4()))
    assert client.request(call.method, path, content=BOMB, headers=given).status_code in (400, 415)


@EVERY
def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not(cast: Cast, call: Call) -> None:
    assert send(cast, call, b'{"x": 1}'.ljust(MIB)).status_code == 422
    assert_problem(send(cast, call, b'{"x": 1}'.ljust(MIB + 1)), 413)


@EVERY
def test_too_large_a_body_is_refused_before_it_arrives(cast: Cast, base_url: str, call: Call) -> None:
    for size in (str(2 * MIB), str(10**12), "9" * 18):
        token = cast.client("OrgAdmin").headers["Authorization"]
        headers = [("Authorization", token), ("Content-Type", call.media_type), ("Content-Length", size)]
        assert_problem(exchange(base_url, call.method, call.at(str(uuid4())), headers=headers), 413)


@EVERY
def test_too_large_a_body_in_chunks_is_refused(cast: Cast, call: Call) -> None:
    assert_problem(send(cast, call, iter([b" " * 65_536] * 17)), 413)


@EVERY
def test_a_body_in_chunks_within_the_limit_is_read(cast: Cast, call: Call) -> None:
    response = send(cast, call, iter([b'{"', b"x", f'": "{CANARY}"'.encode(), b"}"]))
    assert response.status_code == 422
    assert CANARY not in response.text
