"""Idempotency-Key: a request is done once, however often it is sent (template-owned)."""

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from tests.apps.people import ADMIN, at_once, caller_as, until_waiting

from app.apps.idempotency.services import Once
from app.apps.rest.renderers import row_reply
from app.kit.problems import IN_PROGRESS, ProblemError

pytestmark = pytest.mark.usefixtures("seeded")
TOGETHER = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def request(body: bytes = b"{}", email: str = ADMIN) -> Once:
    return Once("k-1", caller_as(email), "POST", "/api/v1/tried", hashlib.sha256(body).digest())


def work() -> HttpResponse:
    """Makes another row each time."""
    return row_reply({"id": uuid4(), "version": 1}, status=201, location="/somewhere")


def age(interval: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE idempotency_keys SET created_at = NOW() - %s::interval", [interval])


def test_a_repeat_gets_the_first_answer() -> None:
    first, second = request().run(work), request().run(work)

    assert second.content == first.content
    assert second.status_code == 201
    assert (second["ETag"], second["Location"], second["Content-Type"]) == ('"1"', "/somewhere", "application/json")


def test_another_body_is_refused() -> None:
    request().run(work)

    with pytest.raises(ProblemError) as refused:
        request(b"[]").run(work)

    assert [error.pointer for error in refused.value.errors] == ["/header/Idempotency-Key"]


def test_a_key_is_its_users_own() -> None:
    assert request().run(work).content != request(email="member@acme.example").run(work).content


@pytest.mark.parametrize(("interval", "is_kept"), [("23 hours 59 minutes", True), ("24 hours 1 second", False)])
def test_a_key_is_kept_for_a_day(interval: str, is_kept: bool) -> None:
    first = request().run(work)
    age(interval)

    second = request().run(work)

    assert (second.content == first.content) is is_kept
    assert request().run(work).content == second.content


@TOGETHER
def test_a_request_beside_the_first_waits_two_seconds_and_is_sent_away(pool: ThreadPoolExecutor) -> None:
    finish, begun = Event(), Event()

    def slow() -> HttpResponse:
        begun.set()
        finish.wait(20)
        return work()

    first = at_once(pool, request().run, slow)
    begun.wait(20)
    began = time.monotonic()
    second = at_once(pool, request().run, work).exception()
    waited = time.monotonic() - began
    finish.set()

    assert isinstance(second, ProblemError)
    assert (second.kind, second.headers) == (IN_PROGRESS, {"Retry-After": "1"})
    assert 1.9 < waited < 8
    assert first.result().status_code == 201


@TOGETHER
def test_a_request_beside_the_first_gets_its_answer_once_that_is_done(pool: ThreadPoolExecutor) -> None:
    finish, begun = Event(), Event()

    def slow() -> HttpResponse:
        begun.set()
        finish.wait(20)
        return work()

    first = at_once(pool, request().run, slow)
    begun.wait(20)
    second = at_once(pool, request().run, work)
    until_waiting(1)
    finish.set()

    assert first.result().content == second.result().content


@TOGETHER
def test_what_failed_is_not_kept(pool: ThreadPoolExecutor) -> None:
    def failing() -> HttpResponse:
        raise ProblemError(IN_PROGRESS, "whatever")

    assert at_once(pool, request().run, failing).exception() is not None
    assert at_once(pool, request().run, work).result().status_code == 201
