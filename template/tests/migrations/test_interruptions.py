"""Migrations that are in the way, or cut off (template-owned)."""

import asyncio
import signal
import subprocess
import time

from tests.api.commands import run, script
from tests.api.database import connected, execute
from tests.environment import service_environment

from app.kit.urls import parse_postgres_url
from app.migrations.run import has_differences, upgrade


async def test_a_busy_table_is_not_waited_for_for_ever(empty_database: str) -> None:
    server = parse_postgres_url(empty_database)
    await upgrade(server)
    async with connected(empty_database) as connection, connection.transaction():
        await connection.execute("LOCK organizations IN ACCESS SHARE MODE")
        began = time.monotonic()
        done = await asyncio.to_thread(run, "migrate", "--down", "core", "base", DATABASE_URL=empty_database)
        seconds = time.monotonic() - began

    assert done.returncode == 1
    assert done.stderr == (
        "A table is in use (canceling statement due to lock timeout); nothing of this revision was kept: "
        "end what holds it and run this again.\n"
    )
    assert seconds < 15
    assert not await has_differences(server)


async def test_a_migration_that_is_killed_may_be_run_again(empty_database: str) -> None:
    environment = service_environment(DATABASE_URL=empty_database)
    for delay in (0.3, 0.6, 0.9, 1.2):
        process = subprocess.Popen([script("migrate")], env=environment, stdout=subprocess.DEVNULL)
        await asyncio.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()

    done = run("migrate", DATABASE_URL=empty_database)

    assert (done.returncode, done.stderr) == (0, "")
    assert not await has_differences(parse_postgres_url(empty_database))
    assert "newest" not in run("migrate", "--status", DATABASE_URL=empty_database).stdout


async def test_a_revision_that_postgresql_refuses_is_one_line(empty_database: str) -> None:
    await execute(empty_database, "CREATE TABLE users ()")

    done = run("migrate", DATABASE_URL=empty_database)

    assert done.returncode == 1
    assert done.stderr == (
        'A revision was refused (relation "users" already exists). '
        "Nothing of it was kept: mend it and run this again.\n"
    )
