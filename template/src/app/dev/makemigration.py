"""The entry point `makemigration` (template-owned): writes a revision for what changed in the tables.

It compares the tables with a scratch database at the newest revision, so that yours is neither needed nor touched.
"""

import argparse
import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from app.dev.lifeline import EndedError, Lifeline
from app.dev.postgres import postgres_program
from app.dev.processes import DevelopmentError, entry_point, say
from app.dev.servers import missing_servers, server_urls

DESCRIPTION = """Write a revision into migrations/own for what changed in the tables. It needs a PostgreSQL server:
that of DATABASE_URL, else that of a running `just dev`, else one started for the time of the command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the revision that the message names; 0 also if nothing changed."""
    parser = argparse.ArgumentParser(prog="makemigration", description=DESCRIPTION)
    parser.add_argument("message", help="what changed, such as: add due date to tasks")
    message = parser.parse_args(arguments).message.strip()
    if not message:
        parser.error("the message is empty; say what changed, such as: add due date to tasks")
    try:
        written = make_migration(message, os.environ)
    except (DevelopmentError, EndedError) as error:
        print(f"makemigration: {error}", file=sys.stderr)
        return 1
    if written is None:
        say("Nothing to write: the tables are as the revisions make them")
    else:
        say(f"Wrote {_shown(written)}\nRead it, then run `just migrate`")
    return 0


def make_migration(message: str, given: Mapping[str, str]) -> Path | None:
    """Write a revision; the file, or None if nothing changed.

    Raises:
        DevelopmentError: there is no server, no right to make a database, or a revision fails.
    """
    lifeline = Lifeline()
    with contextlib.ExitStack() as cleanup:
        urls = {}
        if missing_servers(given):
            urls = cleanup.enter_context(server_urls(given, check=lifeline.check))
        environment = {"ENVIRONMENT": "development", **given, **urls}
        scratch = cleanup.enter_context(scratch_database(environment["DATABASE_URL"]))
        environment["DATABASE_URL"] = scratch
        migrated = subprocess.run([entry_point("migrate")], env=environment, stdout=subprocess.DEVNULL, check=False)
        lifeline.check()
        if migrated.returncode != 0:
            raise DevelopmentError("the revisions that are there fail on an empty database; see above")
        os.environ.update(environment)
        # By name: where the flavour keeps its migrations elsewhere, this module is still the same.
        revisions: Any = import_module("app.migrations.run")
        written: Path | None = revisions.make_revision(message, scratch)
        return written


@contextlib.contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """The URL of an empty database on the server of `url`, dropped at the end.

    Its name is fixed, so one that a killed run left is replaced; one in use stops us.

    Raises:
        DevelopmentError: it can't be made.
    """
    parts = urlsplit(url)
    name = f"{unquote(parts.path.lstrip('/')) or 'app'}_makemigration"
    quoted = '"' + name.replace('"', '""') + '"'
    _psql(url, f"DROP DATABASE IF EXISTS {quoted}", f"CREATE DATABASE {quoted} TEMPLATE template0")
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with contextlib.suppress(DevelopmentError):
            _psql(url, f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")


def _psql(url: str, *statements: str) -> None:
    """By PostgreSQL's own client: both flavours have it, and it reads every kind of URL."""
    parts = urlsplit(re.sub(r"^postgres(ql)?(\+\w+)?:", "postgresql:", url))
    account = f"{parts.username}@" if parts.username else ""
    address = parts._replace(netloc=account + parts.netloc.rpartition("@")[2])
    secret = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}  # not where `ps` shows it
    command = [str(postgres_program("psql")), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"]
    sent = [argument for statement in statements for argument in ("--command", statement)]
    done = subprocess.run(
        [*command, *sent, urlunsplit(address)],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[:1] or ["it gave no reason"]
        raise DevelopmentError(
            f"no scratch database on the server of DATABASE_URL ({said[0]}); unset DATABASE_URL to use an embedded one"
        )


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
