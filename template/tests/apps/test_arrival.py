"""When a request is whole, and what can't become one (template-owned; RFC 9112)."""

import pytest

from app.kit.requests import LARGEST_HEAD
from app.site.arrival import Arrival, RefusedError

GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: here\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
LIMIT = 100
WHOLE = {
    "no body": GET,
    "empty lines first": b"\r\n\r\n" + GET,
    "a body": POST + b"Content-Length: 4\r\n\r\nbody",
    "no bytes of a body": POST + b"content-length: 0\r\n\r\n",
    "chunks": CHUNKED + b"4\r\nbody\r\n1A;name=value\r\n" + b"a" * 26 + b"\r\n0\r\n\r\n",
    "chunks with trailers": CHUNKED + b"4\r\nbody\r\n0\r\nX-A: 1\r\n\r\n",
    "line ends inside of a chunk": CHUNKED + b"8\r\n\r\n0\r\n\r\na\r\n0\r\n\r\n",
}
REFUSED = {
    "NUL": b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n",
    "a bare line feed": b"GET / HTTP/1.1\nHost: here\n\n",
    "a bare carriage return": b"GET / HTTP/1.1\rHost: here\r\r",
    "a method that nobody knows": b"BREW / HTTP/1.1\r\nHost: here\r\n\r\n",
    "a method in small letters": b"get / HTTP/1.1\r\nHost: here\r\n\r\n",
    "a tunnel": b"CONNECT here:80 HTTP/1.1\r\n\r\n",
    "an absolute target without a path": b"GET http://here HTTP/1.1\r\n\r\n",
    "a port that can't be": b"GET http://here:99999999/ HTTP/1.1\r\n\r\n",
    "another protocol behind a body": POST + b"Upgrade: x\r\nContent-Length: 2\r\n\r\n{}",
    "a length past 64 bits": POST + b"Content-Length: 99999999999999999999\r\n\r\n",
    "a chunk of no size": CHUNKED + b"zz\r\n",
    "a chunk past 64 bits": CHUNKED + b"fffffffffffffffff\r\n",
    "a chunk longer than said": CHUNKED + b"2\r\n{}X0\r\n",
}


def whole_after(data: bytes, *, step: int) -> list[bool]:
    """What `add` says of each piece."""
    arrival = Arrival(LIMIT)
    return [arrival.add(data[at : at + step]) for at in range(0, len(data), step)]


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE)
def test_a_request_is_whole_with_its_last_byte_and_not_before(data: bytes, step: int) -> None:
    *before, last = whole_after(data, step=step)
    assert last
    assert not any(before)


@pytest.mark.parametrize("step", [1, 1000])
@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_can_be_no_request_is_refused(data: bytes, step: int) -> None:
    with pytest.raises(RefusedError) as caught:
        whole_after(data, step=step)
    assert caught.value.status == 400


def test_a_head_past_the_largest_is_refused_before_it_ends() -> None:
    with pytest.raises(RefusedError) as caught:
        Arrival(LIMIT).add(GET[:-2] + b"X: " + b"a" * LARGEST_HEAD)
    assert caught.value.status == 431


@pytest.mark.parametrize("head", [POST + b"Content-Length: 101\r\n\r\n", CHUNKED + b"65\r\n" + b"a" * 101])
def test_a_body_past_the_limit_is_not_waited_for(head: bytes) -> None:
    assert Arrival(LIMIT).add(head)


@pytest.mark.parametrize("framing", [b"Content-Length: 2, 2", b"Content-Length: 2\r\nTransfer-Encoding: chunked"])
def test_what_gunicorn_refuses_is_not_waited_for(framing: bytes) -> None:
    assert Arrival(LIMIT).add(POST + framing + b"\r\n\r\n")


def test_a_client_that_waits_for_a_word_is_told_once_and_only_if_its_body_is_missing() -> None:
    waiting, sent = Arrival(LIMIT), Arrival(LIMIT)
    head = POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    assert not waiting.add(head)
    assert (waiting.expects_word, b"xpect" in waiting.received) == (True, False)
    assert waiting.add(b"{}")
    assert sent.add(head + b"{}")
    assert not sent.expects_word


def test_what_follows_a_request_stays_behind_it() -> None:
    arrival = Arrival(LIMIT)
    assert arrival.add(GET + GET)
    assert bytes(arrival.received) == GET + GET
