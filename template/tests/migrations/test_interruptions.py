"""Migrations that are in the way, or cut off (template-owned)."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from tests.commands import run, script
from tests.environment import service_environment

from app.dev.psql import run_psql


@contextmanager
def in_use(url: str, table: str) -> Iterator[None]:
    """Have somebody read `table` in a transaction that doesn't end."""
    with psycopg.connect(url) as reader:
        reader.execute(f"LOCK {table} IN ACCESS SHARE MODE".encode())
        yield
        reader.rollback()


def test_a_busy_table_is_not_waited_for_for_ever(empty_database: str) -> None:
    run("migrate", DATABASE_URL=empty_database)
    core, *others = run("migrate", "--status", DATABASE_URL=empty_database).stdout.splitlines()
    assert core.startswith("core: ")
    for line in reversed(others):
        run("migrate", "--down", line.partition(":")[0], "base", DATABASE_URL=empty_database)
    with in_use(empty_database, "organizations"):
        began = time.monotonic()
        done = run("migrate", "--down", "core", "base", DATABASE_URL=empty_database)
        seconds = time.monotonic() - began

    assert done.returncode == 1
    assert done.stderr == (
        "A table is in use (canceling statement due to lock timeout); nothing of this revision was kept: "
        "end what holds it and run this again.\n"
    )
    assert seconds < 60
    assert run_psql(empty_database, "SELECT count(*) FROM users") == "0\n"


def test_a_migration_that_is_killed_may_be_run_again(empty_database: str) -> None:
    environment = service_environment(DATABASE_URL=empty_database)
    for delay in (0.3, 0.6, 0.9, 1.2):
        process = subprocess.Popen([script("migrate")], env=environment, stdout=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()

    done = run("migrate", DATABASE_URL=empty_database)

    assert (done.returncode, done.stderr) == (0, "")
    assert "newest" not in run("migrate", "--status", DATABASE_URL=empty_database).stdout


def test_a_revision_that_postgresql_refuses_is_one_line(empty_database: str) -> None:
    run_psql(empty_database, "CREATE TABLE users ()")

    done = run("migrate", DATABASE_URL=empty_database)

    assert done.returncode == 1
    assert done.stderr == (
        'A revision was refused (relation "users" already exists). '
        "Nothing of it was kept: mend it and run this again.\n"
    )
