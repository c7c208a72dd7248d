"""What a client may send before it has asked for anything (template-owned; RFC 9112)."""

import socket
from collections.abc import Iterator

import pytest
from tests.commands import Serving, serving

_LIVE = b"GET /health/live HTTP/1.1\r\nHost: acme.example\r\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("serve") / "log", REQUEST_TIMEOUT="1s") as running:
        yield running


def sent(service: Serving, data: bytes) -> bytes:
    """What comes back until the service closes the connection."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=8) as connection:
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_a_head_past_64_kib_is_431(service: Serving) -> None:
    assert sent(service, _LIVE + b"X-Long: " + b"a" * 70_000).startswith(b"HTTP/1.1 431 ")


def test_a_head_that_does_not_end_is_408(service: Serving) -> None:
    assert sent(service, b"GET /health").startswith(b"HTTP/1.1 408 ")


def test_what_is_no_request_is_400_without_an_echo(service: Serving) -> None:
    answer = sent(service, b"\x00\x01 nonsense\r\n\r\n")
    assert answer == b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def test_two_lengths_of_one_body_are_refused(service: Serving) -> None:
    twice = b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert sent(service, _LIVE + twice).startswith(b"HTTP/1.1 400 ")


def test_requests_that_come_at_once_are_answered_in_order(service: Serving) -> None:
    answers = sent(service, _LIVE + b"\r\n" + _LIVE + b"Connection: close\r\n\r\n")
    assert answers.count(b"HTTP/1.1 200 OK") == 2


def test_an_answer_names_no_server(service: Serving) -> None:
    assert b"\r\nserver:" not in sent(service, _LIVE + b"Connection: close\r\n\r\n").lower()


def test_many_that_say_nothing_keep_nobody_waiting(service: Serving) -> None:
    silent = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(60)]
    for one in silent:
        one.sendall(b"GET /")
    try:
        assert sent(service, _LIVE + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 200 ")
    finally:
        for one in silent:
            one.close()
