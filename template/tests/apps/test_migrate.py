"""How a history of Django's migrations is taken back (template-owned)."""

import os
import re
import secrets
from collections.abc import Iterator

import pytest
from tests.commands import run

from app.dev.psql import empty_database, run_psql

_COUNT = "SELECT count(*) FROM django_migrations"


@pytest.fixture
def database_url() -> Iterator[str]:
    """A database with the history of the core alone."""
    with empty_database(os.environ["DATABASE_URL"], f"migrate_{secrets.token_hex(6)}") as url:
        assert run("migrate", DATABASE_URL=url).returncode == 0
        owners = re.findall(r"^(\w+): ", run("migrate", "--status", DATABASE_URL=url).stdout, re.MULTILINE)
        for owner in reversed(owners[1:]):
            assert run("migrate", "--down", owner, "base", DATABASE_URL=url).returncode == 0
        yield url


def count(url: str) -> int:
    return int(run_psql(url, _COUNT))


def test_a_history_is_taken_back_by_steps(database_url: str) -> None:
    before = count(database_url)
    for steps in (1, 2):
        done = run("migrate", "--down", "core", f"-{steps}", DATABASE_URL=database_url)
        assert (done.returncode, done.stderr) == (0, "")
        before -= steps
        assert count(database_url) == before

    done = run("migrate", "--down", "core", "-99", DATABASE_URL=database_url)
    assert (done.returncode, count(database_url)) == (1, before)
    assert re.fullmatch(r"core has \d+ migration\(s\) to take back, not 99\. Nothing was changed\.\n", done.stderr), (
        done.stderr
    )


def test_steps_are_counted_from_one(database_url: str) -> None:
    before = count(database_url)
    done = run("migrate", "--down", "core", "-0", DATABASE_URL=database_url)
    assert (done.returncode, count(database_url)) == (1, before)
    assert done.stderr.startswith("-0 is no migration of core; give one as ")
