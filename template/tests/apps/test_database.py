"""PostgreSQL from the service's side: lost connections, time-outs, a pool that is used up (template-owned)."""

import copy
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, connections, transaction
from prometheus_client import REGISTRY
from psycopg.pq import TransactionStatus
from tests.apps.application import execute, make_user

from app.apps.postgres.engine.base import DatabaseWrapper, show_pool
from app.apps.postgres.errors import as_problem
from app.apps.postgres.reads import read, read_statement
from app.kit.service import this_service

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def settings_of_own() -> Iterator[dict[str, Any]]:
    """Those of the tests' database, with a pool of two whose connections are waited for half a second."""
    given = copy.deepcopy(connection.settings_dict)
    given["OPTIONS"]["pool"] |= {"max_size": 2, "timeout": 0.5}
    yield given
    pools: dict[str, Any] = DatabaseWrapper._connection_pools  # type: ignore[attr-defined]
    if pool := pools.pop("own", None):
        pool.close()


def kill_others() -> None:
    """End every connection to this database but one's own."""
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def gauges() -> tuple[float | None, float | None]:
    active, idle = (REGISTRY.get_sample_value(f"db_connections_{name}") for name in ("active", "idle"))
    return active, idle


def test_sessions_are_in_utc_and_bear_the_services_name() -> None:
    found = execute("SELECT current_setting('TimeZone'), current_setting('application_name')")
    assert found == [("UTC", this_service().slug)]


def test_a_statement_has_the_time_that_is_set() -> None:
    assert execute("SHOW statement_timeout") == [("4s",)]


def test_a_read_is_done_once_more_where_its_connection_was_cut() -> None:
    asked = []

    def work() -> list[tuple[Any, ...]]:
        asked.append(1)
        if len(asked) == 1:
            execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return execute("SELECT 1")

    assert read(work) == [(1,)]
    assert len(asked) == 2


def test_a_read_inside_a_transaction_is_not_repeated() -> None:
    asked = []

    def work() -> None:
        asked.append(1)
        execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        read(work)
    problem = as_problem(caught.value)
    assert problem is not None
    assert (problem.kind.status, problem.headers, len(asked)) == (503, {"Retry-After": "5"}, 1)
    assert execute("SELECT 1") == [(1,)]


def test_a_read_of_one_statement_begins_and_ends_its_transaction_in_the_same_message() -> None:
    sent = "SELECT query, %s FROM pg_stat_activity WHERE pid = pg_backend_pid()"

    assert read_statement(sent, [7]) == [(f"BEGIN;{sent};COMMIT".replace("%s", "7"), 7)]
    assert connection.connection.info.transaction_status == TransactionStatus.IDLE
    with transaction.atomic():
        assert read_statement(sent, [7]) == [(sent.replace("%s", "7"), 7)]


def test_a_read_of_one_statement_that_fails_leaves_no_transaction_behind() -> None:
    with pytest.raises(DatabaseError, match="division by zero"):
        read_statement("SELECT 1 / %s", [0])

    assert connection.connection.info.transaction_status == TransactionStatus.IDLE
    assert read_statement("SELECT 1 / %s", [1]) == [(1,)]


def test_a_read_of_one_statement_is_done_once_more_where_its_connection_was_cut() -> None:
    execute("CREATE SEQUENCE tries")
    try:
        cut = "SELECT pg_terminate_backend(pg_backend_pid()) WHERE nextval('tries') <= %s"
        assert read_statement(cut, [1]) == []
        with pytest.raises(DatabaseError) as caught:
            read_statement(cut, [9])
        problem = as_problem(caught.value)
        assert problem is not None
        assert problem.kind.status == 503
        connection.close()
    finally:
        execute("DROP SEQUENCE tries")


def test_a_write_whose_connection_is_cut_is_a_503_and_the_next_one_is_well() -> None:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        make_user()
        execute("SELECT pg_terminate_backend(pg_backend_pid())")
    problem = as_problem(caught.value)
    assert problem is not None
    assert problem.kind.status == 503
    assert execute("SELECT count(*) FROM users") == [(0,)]


def test_a_slow_statement_is_a_503() -> None:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        execute("SET LOCAL statement_timeout = '50ms'")
        execute("SELECT pg_sleep(5)")
    problem = as_problem(caught.value)
    assert problem is not None
    assert (problem.kind.status, problem.headers) == (503, {"Retry-After": "5"})


def test_of_two_that_wait_for_each_other_one_is_asked_to_come_back_at_once() -> None:
    people = [make_user("ann@acme.example").id, make_user("eve@acme.example").id]
    both_hold = Barrier(2)

    def lock(first: UUID, second: UUID) -> Exception | None:
        try:
            with transaction.atomic():
                execute(f"UPDATE users SET name = 'x' WHERE id = '{first}'")
                both_hold.wait(10)
                execute(f"UPDATE users SET name = 'x' WHERE id = '{second}'")
        except DatabaseError as error:
            return error
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(lock, *pair).result for pair in (people, people[::-1])]
        (error,) = [found for answer in answers if (found := answer())]
    problem = as_problem(error)
    assert problem is not None
    assert (problem.kind.status, problem.headers) == (503, {"Retry-After": "1"})


def test_a_mistake_in_a_statement_is_no_problem_of_the_server() -> None:
    with pytest.raises(ProgrammingError) as caught:
        execute("SELECT * FROM nowhere")
    assert as_problem(caught.value) is None


def test_an_error_says_nothing_of_the_values() -> None:
    make_user("hunter2@acme.example")
    with pytest.raises(IntegrityError) as caught:
        make_user("hunter2@acme.example")
    assert str(caught.value) == str(caught.value.__cause__)
    assert str(caught.value) == 'duplicate key value violates unique constraint "users_email_key"'


def test_a_pool_that_is_used_up_is_a_503_in_time_and_its_gauges_are_right(settings_of_own: dict[str, Any]) -> None:
    one, two, three = (DatabaseWrapper(settings_of_own, alias="own") for _ in range(3))
    show_pool(one)
    try:
        with ExitStack() as opened:
            for each in (one, two):
                each.ensure_connection()
                opened.enter_context(closing(each))
            assert gauges() == (2, 0)
            began = time.monotonic()
            with pytest.raises(DatabaseError) as caught:
                three.ensure_connection()
            assert time.monotonic() - began < 2
        problem = as_problem(caught.value)
        assert problem is not None
        assert (problem.kind.status, problem.headers) == (503, {"Retry-After": "5"})
        assert gauges() == (0, 2)
    finally:
        show_pool(connection)


def test_connections_that_were_cut_while_idle_are_left_out(settings_of_own: dict[str, Any]) -> None:
    one, two = (DatabaseWrapper(settings_of_own, alias="own") for _ in range(2))
    for each in (one, two):
        each.ensure_connection()
    for each in (one, two):
        each.close()
    kill_others()
    # Those that were used a moment ago are believed without asking.
    time.sleep(1.1)
    one.ensure_connection()
    with closing(one), one.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    "change", [{"NAME": "nowhere"}, {"USER": "nobody", "PASSWORD": "wrong"}], ids=["database", "user"]
)
def test_a_server_that_refuses_us_is_a_503(settings_of_own: dict[str, Any], change: dict[str, str]) -> None:
    with pytest.raises(DatabaseError) as caught:
        DatabaseWrapper(settings_of_own | change, alias="own").ensure_connection()
    problem = as_problem(caught.value)
    assert problem is not None
    assert problem.kind.status == 503
