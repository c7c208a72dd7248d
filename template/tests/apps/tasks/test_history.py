"""The history of the service's own migrations, which tasks come last in (sample: yours after the first render)."""

import os
import secrets
from collections.abc import Iterator

import pytest
from tests.commands import run

from app.dev.psql import empty_database, run_psql

TABLES = "SELECT tablename FROM pg_tables WHERE tablename IN ('projects', 'tasks') ORDER BY 1"


@pytest.fixture
def url() -> Iterator[str]:
    with empty_database(os.environ["DATABASE_URL"], f"history_{secrets.token_hex(6)}") as made:
        yield made


def migrate(url: str, *arguments: str) -> None:
    done = run("migrate", *arguments, DATABASE_URL=url)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_came_after_a_migration_is_undone_with_it_whichever_app_it_is_of(url: str) -> None:
    migrate(url)
    assert run_psql(url, TABLES) == "projects\ntasks\n"

    migrate(url, "--down", "own", "projects.0001_project")
    assert run_psql(url, TABLES) == "projects\n"

    migrate(url, "--down", "own", "base")
    assert run_psql(url, TABLES) == ""
