"""`migrate`: bring the database to the newest migration of every history (template-owned).

One session-level advisory lock is held around all of it: any number of processes may start at once.
"""

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.apps import apps
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.exceptions import NodeNotFoundError
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate

from app.kit.urls import PostgresServer
from app.site.command_line import start_or_exit
from app.site.histories import History, Plan, find_histories

_LOCK = 7_239_415_001  # any number, the same in every release
_CONNECT_SECONDS = 10
# A migration that waits for a busy table makes everyone behind it wait: it gives up, and may be run again.
_LOCK_TIMEOUT = "5s"
_LOCK_NOT_AVAILABLE = "55P03"
# Errors of a migration's own statements: data, constraints, syntax and names, objects in use, RAISE.
_REFUSED = ("22", "23", "42", "55", "P0")


def main() -> None:
    """Migrate; status 0 when the database is at the newest migration, 1 where it can't be brought there."""
    parser = ArgumentParser(description="Bring the database at DATABASE_URL to the newest migration of every history.")
    parser.add_argument("--status", action="store_true", help="only print where each history stands")
    parser.add_argument(
        "--down", nargs=2, metavar=("OWNER", "MIGRATION"), help="take one history back; -1 for a step, base for all"
    )
    arguments = parser.parse_args()
    server = start_or_exit().core.database_url
    try:
        if arguments.status:
            print_status()
        elif arguments.down:
            downgrade(*arguments.down)
        else:
            upgrade()
    except (NodeNotFoundError, KeyError) as error:
        sys.exit(f"{error}. The migrations of the apps and those in the database don't fit; nothing was changed.")
    except (DatabaseError, InterfaceError, psycopg.Error) as error:
        sys.exit(_explanation(error, server))


def upgrade() -> None:
    """Run every migration that is missing, and print where each history then stands."""
    with _locked():
        for history in find_histories():
            executor = MigrationExecutor(connection)
            before = history.revision(executor)
            plan = executor.migration_plan(history.targets(executor))
            _run(executor, history, plan)
            after = history.revision(MigrationExecutor(connection))
            line = f"{history.owner}: {after or 'no revisions'}"
            print(line if before == after else f"{line} (was {before or 'empty'})")
        _tell_apps()


def downgrade(owner: str, target: str) -> None:
    """Take the history of `owner` back to a migration, as `users.0001_user`, or by steps, as `-1`; `base` undoes all.

    Raises:
        SystemExit: there is no such history, or what another one has applied hangs on it.
    """
    history = _history(owner)
    with _locked():
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(_targets_below(history, target, executor))
        if not history.holds(plan):
            others = sorted({migration.app_label for migration, _ in plan} - history.labels)
            sys.exit(f"{', '.join(others)} hang on {owner}: take those back first. Nothing was changed.")
        _run(executor, history, plan)


def print_status() -> None:
    """Print where each history stands."""
    executor = MigrationExecutor(connection)
    for history in find_histories():
        now, newest = history.revision(executor), history.newest(executor)
        print(f"{history.owner}: {now or 'empty'}" + ("" if now == newest else f", newest {newest}: run `migrate`"))


def _run(executor: MigrationExecutor, history: History, plan: Plan) -> None:
    if plan:
        executor.migrate(history.targets(executor), plan)
    else:
        executor.check_replacements()


def _targets_below(history: History, target: str, executor: MigrationExecutor) -> list[tuple[str, str | None]]:
    if re.fullmatch(r"-[1-9]\d*", target):
        target = _steps_back(history, int(target[1:]), executor)
    if target == "base":
        return [(label, None) for label in sorted(history.labels & executor.loader.migrated_apps)]
    label, _, name = target.partition(".")
    if label not in history.labels:
        sys.exit(f"{target} is no migration of {history.owner}; give one as {history.newest(executor)}")
    return history.below((label, executor.loader.get_migration_by_prefix(label, name).name), executor)


def _steps_back(history: History, steps: int, executor: MigrationExecutor) -> str:
    applied = history.applied(executor)
    if steps > len(applied):
        sys.exit(f"{history.owner} has {len(applied)} migration(s) to take back, not {steps}. Nothing was changed.")
    return ".".join(applied[-steps - 1]) if steps < len(applied) else "base"


def _tell_apps() -> None:
    """As Django's own command does: content types and permissions follow the models."""
    for config in apps.get_app_configs():
        if config.models_module is not None:
            post_migrate.send(config, app_config=config, verbosity=0, interactive=False, using="default", plan=[])


def _history(owner: str) -> History:
    histories = {history.owner: history for history in find_histories()}
    if owner not in histories:
        sys.exit(f"there is no history {owner}; there are {', '.join(histories)}")
    return histories[owner]


@contextmanager
def _locked() -> Iterator[None]:
    """The lock is held by a connection of its own, so that no migration's end lets it go."""
    parameters = {**connection.get_connection_params(), "connect_timeout": _CONNECT_SECONDS}
    parameters["options"] = parameters["options"] + " -c statement_timeout=0"
    del parameters["cursor_factory"]
    with psycopg.connect(**parameters, autocommit=True) as keeper:
        keeper.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        connection.ensure_connection()
        # A migration takes as long as it takes.
        connection.connection.seconds = None
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{_LOCK_TIMEOUT}'; SET statement_timeout = 0")
        yield


def _explanation(error: Exception, server: PostgresServer) -> str:
    """One line on what went wrong, and what to do."""
    cause = error.__cause__ or error
    state = str(getattr(cause, "sqlstate", None) or "")
    why = next(iter(str(cause).splitlines()), "") or type(cause).__name__
    if state == _LOCK_NOT_AVAILABLE:
        return f"A table is in use ({why}); nothing of this revision was kept: end what holds it and run this again."
    if state.startswith(_REFUSED):
        return f"A revision was refused ({why}). Nothing of it was kept: mend it and run this again."
    return f"PostgreSQL at {server.host}:{server.port} can't be used: {why}"


if __name__ == "__main__":
    main()
