"""`migrate` as the process that people start, whatever keeps the histories (template-owned)."""

import re
import subprocess

from tests.commands import run, script
from tests.environment import service_environment

from app.dev.psql import run_psql

_COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY table_name, column_name
"""
_STANDARD_TABLES = """
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name IN ('version', 'updated_at', 'deleted_at')
    GROUP BY table_name HAVING count(*) = 3 ORDER BY table_name
"""
_WITH_TRIGGER = """
    SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'trigger_update_updated_at' ORDER BY 1
"""


def migrated(url: str, *arguments: str) -> str:
    """Run `migrate`, which must succeed; gives what it prints."""
    done = run("migrate", *arguments, DATABASE_URL=url)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def owners(url: str) -> list[str]:
    """The owners of histories, core first."""
    return re.findall(r"^(\w+): ", migrated(url, "--status"), re.MULTILINE)


def test_eight_migrations_at_once_all_succeed(empty_database: str) -> None:
    environment = service_environment(DATABASE_URL=empty_database)
    processes = [
        subprocess.Popen(
            [script("migrate")], env=environment, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        for _ in range(8)
    ]
    assert [(process.communicate(timeout=90)[1], process.returncode) for process in processes] == [("", 0)] * 8
    assert "newest" not in migrated(empty_database, "--status")


def test_core_comes_first_and_own_last(empty_database: str) -> None:
    found = owners(empty_database)
    assert (found[0], found[-1]) == ("core", "own")


def test_every_history_goes_up_down_and_up_again(empty_database: str) -> None:
    migrated(empty_database)
    first = run_psql(empty_database, _COLUMNS)
    assert "users|email|text|NO|" in first

    for owner in reversed(owners(empty_database)):
        migrated(empty_database, "--down", owner, "base")
    assert "users|email" not in run_psql(empty_database, _COLUMNS)

    migrated(empty_database)
    assert run_psql(empty_database, _COLUMNS) == first


def test_every_table_with_standard_columns_has_their_trigger(empty_database: str) -> None:
    migrated(empty_database)
    standard = run_psql(empty_database, _STANDARD_TABLES)
    assert "users\n" in standard
    assert run_psql(empty_database, _WITH_TRIGGER) == standard


def test_an_update_raises_the_version_and_the_time(empty_database: str) -> None:
    migrated(empty_database)
    row = run_psql(
        empty_database,
        "INSERT INTO organizations (name) VALUES ('Acme')",
        "UPDATE organizations SET name = 'Acme Ltd'",
        "SELECT version, updated_at > created_at FROM organizations",
    )
    assert row == "2|t\n"


def test_migrating_again_says_where_each_history_stands(empty_database: str) -> None:
    first, again = migrated(empty_database), migrated(empty_database)
    assert re.match(r"core: \S+ \(was empty\)\n", first)
    assert re.match(r"core: \S+\n", again)


def test_a_history_that_is_not_there_is_named(empty_database: str) -> None:
    done = run("migrate", "--down", "nobody", "base", DATABASE_URL=empty_database)
    assert done.returncode == 1
    assert done.stderr.startswith("there is no history nobody; there are core, ")


def test_a_server_that_is_not_there_is_said_in_one_line() -> None:
    done = run("migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert done.stderr.startswith("PostgreSQL at 127.0.0.1:1 can't be used: ")
    assert done.stderr.count("\n") == 1
