"""`migrate`: bring the database to the newest revision of every history (template-owned).

One session-level advisory lock is held around all of it: any number of processes may start at once.
"""

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from app.api.command_line import settings_or_exit
from app.api.postgres.database import connect_arguments, connector
from app.kit.urls import PostgresServer
from app.migrations.histories import History, find_histories

_LOCK = 7_239_415_001  # any number, the same in every release
_CONNECT_SECONDS = 10
# A revision that waits for a busy table makes everyone behind it wait: it gives up, and may be run again.
_LOCK_TIMEOUT = "5s"
_LOCK_NOT_AVAILABLE = "55P03"
# Errors of a revision's own statements: data, constraints, syntax and names, objects in use, RAISE.
_REFUSED = ("22", "23", "42", "55", "P0")


def main() -> None:
    """Migrate; status 0 when the database is at the newest revision, 1 where it can't be brought there."""
    parser = ArgumentParser(description="Bring the database at DATABASE_URL to the newest revision of every history.")
    parser.add_argument("--status", action="store_true", help="only print where each history stands")
    parser.add_argument("--down", nargs=2, metavar=("OWNER", "REVISION"), help="take one history back, base for all")
    arguments = parser.parse_args()
    server = settings_or_exit().core.database_url
    try:
        if arguments.status:
            asyncio.run(_print_status(server))
        elif arguments.down:
            asyncio.run(downgrade(server, *arguments.down))
        else:
            asyncio.run(upgrade(server, tell=print))
    except CommandError as error:
        sys.exit(f"{error}. The revisions in app/migrations and those in the database don't fit; nothing was changed.")
    except DBAPIError as error:
        sys.exit(_refusal(error.orig, error.statement))
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        if str(getattr(error, "sqlstate", "")).startswith(_REFUSED):
            sys.exit(_refusal(error))
        sys.exit(f"PostgreSQL at {server.host}:{server.port} can't be used: {str(error) or type(error).__name__}")


async def upgrade(server: PostgresServer, *, tell: Callable[[str], None] = lambda _: None) -> None:
    """Run every revision that is missing; `tell` is called with a line for each history."""
    async with _locked_connection(server) as connection:
        for history in find_histories():
            before = await connection.run_sync(_revision, history)
            await connection.run_sync(_upgrade, history)
            await connection.commit()
            after = await connection.run_sync(_revision, history)
            tell(
                f"{history.owner}: {after or 'no revisions'}"
                + ("" if before == after else f" (was {before or 'empty'})")
            )


async def downgrade(server: PostgresServer, owner: str, revision: str) -> None:
    """Take the history of `owner` back to `revision`; `base` undoes all of it."""
    history = _history(owner)
    async with _locked_connection(server) as connection:
        await connection.run_sync(lambda sync: command.downgrade(history.config(sync), revision))
        await connection.commit()


def make_revision(message: str, server: PostgresServer) -> Path | None:
    """Write a revision of `own` that takes a database at its heads to what the tables in Python say.

    Returns the file, or nothing where there is no difference.
    """
    return asyncio.run(_make_revision(message, server))


def write_migration() -> None:
    """The command that `makemigration` runs on its scratch database: prints the file that it wrote, if any."""
    parser = ArgumentParser(description="Write a revision of `own`; the database is at the newest of every history.")
    parser.add_argument("message")
    message = parser.parse_args().message
    written = make_revision(message, settings_or_exit().core.database_url)
    if written is not None:
        print(written)


async def has_differences(server: PostgresServer) -> bool:
    """Whether the tables in Python and the database differ."""
    async with _connection(server) as connection:
        return bool(await connection.run_sync(_differences))


async def _make_revision(message: str, server: PostgresServer) -> Path | None:
    async with _connection(server) as connection:
        if not await connection.run_sync(_differences):
            return None
        history = _history("own")
        made: Any = await connection.run_sync(
            lambda sync: command.revision(history.config(sync), message, autogenerate=True, head="head")
        )
        return Path(made.path)


def _differences(connection: Connection) -> list[Any]:
    configure = _history("own").config(connection).attributes["configure"]
    context = MigrationContext.configure(connection, opts={"include_name": configure["include_name"]})
    return list(compare_metadata(context, configure["target_metadata"]))


async def _print_status(server: PostgresServer) -> None:
    async with _connection(server) as connection:
        for history in find_histories():
            now = await connection.run_sync(_revision, history)
            newest = await connection.run_sync(_newest, history)
            print(f"{history.owner}: {now or 'empty'}" + ("" if now == newest else f", newest {newest}: run `migrate`"))


def _refusal(error: BaseException | None, statement: str | None = None) -> str:
    """One line on what PostgreSQL did not take, and what to do."""
    why = str(error).splitlines()[0].rpartition(">: ")[2]
    if getattr(error, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
        return f"A table is in use ({why}); nothing of this revision was kept: end what holds it and run this again."
    where = f" at: {' '.join(statement.split())[:200]}" if statement else ""
    return f"A revision was refused ({why}){where}. Nothing of it was kept: mend it and run this again."


def _upgrade(connection: Connection, history: History) -> None:
    command.upgrade(history.config(connection), "head")


def _newest(connection: Connection, history: History) -> str | None:
    return ScriptDirectory.from_config(history.config(connection)).get_current_head()


def _revision(connection: Connection, history: History) -> str | None:
    options = {"version_table": f"alembic_version_{history.owner}"}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _history(owner: str) -> History:
    histories = {history.owner: history for history in find_histories()}
    if owner not in histories:
        sys.exit(f"there is no history {owner}; there are {', '.join(histories)}")
    return histories[owner]


@asynccontextmanager
async def _locked_connection(server: PostgresServer) -> AsyncIterator[AsyncConnection]:
    arguments = connect_arguments(server)
    keeper = await asyncpg.connect(**arguments, timeout=_CONNECT_SECONDS)
    try:
        await keeper.execute(f"SELECT pg_advisory_lock({_LOCK})")
        async with _connection(server) as connection:
            yield connection
    finally:
        await keeper.close()


@asynccontextmanager
async def _connection(server: PostgresServer) -> AsyncIterator[AsyncConnection]:
    arguments = connect_arguments(server)
    arguments["server_settings"]["lock_timeout"] = _LOCK_TIMEOUT
    arguments["timeout"] = _CONNECT_SECONDS
    engine = create_async_engine("postgresql+asyncpg://", async_creator=connector(arguments), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


if __name__ == "__main__":
    main()
