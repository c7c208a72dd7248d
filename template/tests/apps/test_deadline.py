"""Requests that take too long in all, however short each wait is, and what they leave behind (template-owned)."""

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from uuid import uuid4

import httpx2
import psycopg
import pytest
from django.db import OperationalError, transaction
from tests.apps.application import bearer, execute, log_in
from tests.commands import Serving, scratch_database, serving, until
from tests.forwarding import Proxy, forwarding

from app.apps.postgres.errors import as_problem
from app.apps.redis.cache import cache_of
from app.apps.redis.locks import LockTakenError, held_lock
from app.apps.users.hashing import a_turn
from app.kit.problems import TIMED_OUT, ProblemError

ADMIN, PASSWORD = "admin@acme.example", "correct horse battery staple"
CURRENT, USERS = "/api/v1/organizations/current", "/api/v1/users"
LIMIT = {"REQUEST_TIMEOUT": "2s", "DATABASE_TIMEOUT": "20s"}


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of one with the demo users."""
    with scratch_database("deadline", "migrate", "seed") as url:
        yield url


def logged_in(service: Serving) -> dict[str, str]:
    response = log_in(service.client, ADMIN, PASSWORD)
    assert response.status_code == 200, response.text
    return bearer(response.json())


def users(service: Serving, headers: dict[str, str]) -> tuple[httpx2.Response, float]:
    """What is answered, and how long it took."""
    began = time.monotonic()
    with httpx2.Client(base_url=service.client.base_url, timeout=30, trust_env=False) as client:
        return client.get(USERS, headers=headers), time.monotonic() - began


def check_too_late(response: httpx2.Response) -> None:
    assert (response.status_code, response.json()["type"]) == (503, "urn:problem:timed-out"), response.text
    assert int(response.headers["retry-after"]) >= 1


def check_well(service: Serving, headers: dict[str, str], size: int) -> None:
    """As many as there are connections, and more, are answered; none of those is kept."""
    with ThreadPoolExecutor(2 * size) as crowd:
        asked = [crowd.submit(users, service, headers) for _ in range(4 * size)]
        assert {one.result()[0].status_code for one in asked} == {200}
    # An answer is there before its connection is back.
    until(lambda: "db_connections_active 0.0" in service.client.get("/metrics").text, service.log)


async def test_small_delays_add_up_to_no_more_than_the_time_of_a_request(database: str, tmp_path: Path) -> None:
    async with forwarding(lambda: database) as proxy:
        await asyncio.to_thread(_rename_slowly, proxy, tmp_path / "log")


def _rename_slowly(proxy: Proxy, log: Path) -> None:
    with serving(log, DATABASE_URL=proxy.url, DATABASE_POOL_SIZE="2", **LIMIT) as service:
        headers = logged_in(service)
        name = service.client.get(CURRENT, headers=headers).json()["name"]
        proxy.trouble.latency = 0.7
        began = time.monotonic()
        late = service.client.patch(CURRENT, json={"name": "Late"}, headers={**headers, "If-Match": "*"})
        seconds = time.monotonic() - began
        proxy.trouble.end()

        check_too_late(late)
        assert 1 < seconds < 6
        assert service.client.get(CURRENT, headers=headers).json()["name"] == name
        check_well(service, headers, 2)


def test_whoever_is_in_line_is_there_no_longer_than_a_request_may_take(database: str, tmp_path: Path) -> None:
    given = {"DATABASE_URL": database, "DATABASE_POOL_SIZE": "1", **LIMIT}
    with serving(tmp_path / "log", **given) as service:
        headers = logged_in(service)
        # One waits for a table, eight have a thread and wait for a connection, the others wait for a thread.
        with ThreadPoolExecutor(20) as crowd, psycopg.connect(database) as other:
            other.execute("LOCK users")
            answers = [one.result() for one in [crowd.submit(users, service, headers) for _ in range(20)]]

        for answer, _ in answers:
            check_too_late(answer)
        assert max(seconds for _, seconds in answers) < 3.9
        check_well(service, headers, 1)


@pytest.mark.django_db(transaction=True)
def test_a_late_transaction_is_undone_and_its_connection_stays(
    seeded: None, request_ends: Callable[[float], None]
) -> None:
    (before,) = execute("SELECT pg_backend_pid(), (SELECT min(name) FROM organizations)")
    with pytest.raises(OperationalError) as caught, transaction.atomic():
        execute("UPDATE organizations SET name = 'A late one'")
        with transaction.atomic():
            request_ends(0)
            execute("SELECT 1")
    problem = as_problem(caught.value)
    request_ends(math.inf)

    assert problem is not None
    assert problem.kind == TIMED_OUT
    assert execute("SELECT pg_backend_pid(), (SELECT min(name) FROM organizations)") == [before]


def test_the_turn_of_a_password_is_waited_for_no_longer_than_a_request(
    request_ends: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.apps.users.hashing.LONGEST_WAIT", 30)
    began = time.monotonic()
    with ExitStack() as turns:
        for _ in range(4):
            turns.enter_context(a_turn())
        request_ends(0.2)
        with pytest.raises(ProblemError) as caught, a_turn():
            pass
    assert time.monotonic() - began < 15
    assert caught.value.kind == TIMED_OUT


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_waited_for_no_longer_than_a_request(request_ends: Callable[[float], None]) -> None:
    report = uuid4()
    with held_lock("report", report):
        request_ends(0.2)
        # Longer than the other can hold it.
        with pytest.raises(LockTakenError), held_lock("report", report, wait_seconds=60):
            pass


def test_a_load_that_another_began_is_waited_for_no_longer_than_a_request(
    request_ends: Callable[[float], None],
) -> None:
    one, is_loading, goes_on = uuid4(), Event(), Event()

    def load() -> None:
        is_loading.set()
        goes_on.wait(20)

    with ThreadPoolExecutor(1) as other:
        other.submit(cache_of("organization").get_or_load, one, load)
        is_loading.wait()
        request_ends(0.2)
        with pytest.raises(ProblemError) as caught:
            cache_of("organization").get_or_load(one, load)
        goes_on.set()
    assert caught.value.kind == TIMED_OUT
