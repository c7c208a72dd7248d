"""Bytes that no client sends: each is refused or answered at once, and nobody else notices."""

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fuzz.corpus import AMBIGUOUS, LIVE, LOG_IN, NO_REQUEST, ODD, SECOND, SLOW, get, log_in
from tests.fuzz.wire import GRACE, REQUEST_TIMEOUT, ask, connect, read
from tests.services import Service
from tests.variants import FULL

# Bytes that are no request never reach what presets differ in.
pytestmark = pytest.mark.parametrize("service", FULL, indirect=True, scope="session")

MIB = 1_048_576
BODY_LIMIT = MIB
LEAST_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(autouse=True, scope="module")
def _afterwards_the_service_is_well(service: Service) -> Iterator[None]:
    yield
    service.check()
    # Whatever stood behind a request on its connection has never become one.
    assert [line for line in service.lines() if (line["request"] or {}).get("path") == "/smuggled"] == []


@pytest.mark.parametrize("sent", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_a_body_that_a_proxy_could_end_elsewhere_is_refused_with_all_that_follows(
    service: Service, sent: bytes
) -> None:
    together = ask(service.port, LOG_IN + sent + SECOND)
    in_pieces = ask(service.port, *(LOG_IN + sent).partition(b"\r\n\r\n"), SECOND, pause=0.02)

    assert (together.statuses, together.is_ended) == ([400], True)
    assert (in_pieces.statuses, in_pieces.is_ended) == ([400], True)


@pytest.mark.parametrize("sent", NO_REQUEST.values(), ids=NO_REQUEST)
def test_what_is_no_request_is_refused_by_the_server(service: Service, sent: bytes) -> None:
    answers = ask(service.port, sent)

    assert (answers.statuses, answers.is_ended) == ([400], True)


@pytest.mark.parametrize(("status", "sent"), ODD.values(), ids=ODD)
def test_an_odd_request_is_answered_as_any_other(service: Service, status: int, sent: bytes) -> None:
    answers = ask(service.port, sent)

    assert (answers.statuses, answers.is_ended) == ([status], True)
    assert answers.header("x-injected") is None
    if status >= 400:
        assert answers.header("content-type") == "application/problem+json"
    if status == 405:
        assert answers.header("allow") == "GET"


@pytest.mark.parametrize(
    "given",
    [
        b"1\tSet-Cookie: a=b",
        b"' OR 1=1 --",
        b"%0d%0aSet-Cookie:%20a=b",
        b"\xe9" * 36,
        b"{" + b"1" * 36 + b"}",
        b"",
    ],
)
def test_a_request_id_that_is_no_uuid_is_replaced(service: Service, given: bytes) -> None:
    answers = ask(service.port, get(LIVE, b"X-Request-ID: " + given + b"\r\n"))

    assert answers.statuses == [200]
    assert LEAST_UUID.fullmatch(answers.header("x-request-id") or "")
    assert answers.header("set-cookie") is None


@pytest.mark.parametrize("opens", [b"[", b'{"a":'], ids=["lists", "objects"])
def test_a_document_of_100_000_levels_costs_neither_time_nor_memory(service: Service, opens: bytes) -> None:
    sent = log_in(b"", opens * 100_000)
    before = service.resident_mib()

    tries = [ask(service.port, sent) for _ in range(5)]

    assert [one.statuses for one in tries] == [[400]] * 5
    # The fastest, since others use this machine too.
    assert min(one.seconds for one in tries) < 0.1
    assert service.resident_mib() - before < 20


def test_a_body_past_the_limit_is_answered_while_it_still_comes(service: Service) -> None:
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    before = service.resident_mib()
    with connect(service.port) as connection:
        connection.sendall(LOG_IN + b"Transfer-Encoding: chunked\r\n\r\n")
        sent, received = 0, b""
        while not received and sent < 64 * MIB:
            connection.sendall(chunk)
            sent += len(chunk)
            received, _ = read(connection, 0.01)

    assert received.startswith(b"HTTP/1.1 413 ")
    assert sent < 2 * BODY_LIMIT
    assert service.resident_mib() - before < 20


def test_a_head_without_an_end_is_cut_off(service: Service) -> None:
    before = service.resident_mib()

    answers = ask(service.port, get(LIVE)[:-2] + b"X-A: ", *(b"a" * 65_536 for _ in range(1000)))

    # The answer may be lost where bytes are still on their way.
    assert answers.statuses in ([431], [])
    assert answers.is_ended
    assert service.resident_mib() - before < 20


def test_pipelined_requests_are_answered_in_their_order(service: Service) -> None:
    pair = b"GET /health/live HTTP/1.1\r\nHost: here\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: here\r\n\r\n"

    assert ask(service.port, pair * 100 + get(LIVE)).statuses == [200, 404] * 100 + [200]


def test_trailers_are_no_headers(service: Service) -> None:
    wanted = b"11111111-2222-4333-8444-555555555555"
    chunked = b"Transfer-Encoding: chunked\r\n\r\n0\r\nX-Request-ID: " + wanted + b"\r\n\r\n"

    answers = ask(service.port, get(LIVE)[:-2] + chunked)

    assert answers.statuses == [200]
    assert answers.header("x-request-id") != wanted.decode()


def test_slow_clients_are_waited_for_so_long_and_others_do_not_notice(service: Service) -> None:
    crowd = 20
    with ThreadPoolExecutor(len(SLOW) * crowd) as pool:
        slow = {
            name: [pool.submit(ask, service.port, *pieces, pause=0.2) for _ in range(crowd)]
            for name, (pieces, _) in SLOW.items()
        }
        time.sleep(1)
        others = [ask(service.port, get(LIVE)) for _ in range(50)]
        ended = {name: [one.result() for one in tries] for name, tries in slow.items()}

    assert {one.statuses[0] for one in others} == {200}
    assert sorted(one.seconds for one in others)[25] < 0.5
    for name, tries in ended.items():
        for one in tries:
            assert (name, one.statuses, one.is_ended) == (name, SLOW[name][1], True)
            assert one.seconds < REQUEST_TIMEOUT + GRACE


def test_clients_that_leave_take_nothing_with_them(service: Service) -> None:
    body = json.dumps({"email": "guest@acme.example", "password": "a wrong password"}).encode()
    whole = LOG_IN + b"Content-Length: %d\r\n\r\n" % len(body) + body
    for end in (1, 40, len(LOG_IN), len(whole) - 1, len(whole)):
        for _ in range(20):
            with connect(service.port) as connection:
                connection.sendall(whole[:end])

    service.check()
