"""The entry point `makemigration` (template-owned): writes a revision for what changed in the tables.

It compares the tables with a scratch database at the newest revision, so that yours is neither needed nor touched.
"""

import argparse
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.dev.lifeline import EndedError, Lifeline
from app.dev.processes import DevelopmentError, entry_point, say
from app.dev.psql import PsqlError, empty_database
from app.dev.servers import missing_servers, server_urls

DESCRIPTION = """Write a migration of your own for what changed in the tables. It needs a PostgreSQL server:
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
    if not written:
        say("Nothing to write: the tables are as the revisions make them")
    else:
        say("\n".join(f"Wrote {_shown(path)}" for path in written) + "\nRead it, then run `just migrate`")
    return 0


def make_migration(message: str, given: Mapping[str, str]) -> list[Path]:
    """Write a revision; its files, none if nothing changed.

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
        written = subprocess.run(
            [entry_point("write-migration"), message], env=environment, stdout=subprocess.PIPE, text=True, check=False
        )
        lifeline.check()
        if written.returncode != 0:
            raise DevelopmentError("no migration was written; see above")
        return [Path(line) for line in written.stdout.splitlines()]


@contextlib.contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """The URL of an empty database on the server of `url`, dropped at the end.

    Its name is fixed, so one that a killed run left is replaced; one in use stops us.

    Raises:
        DevelopmentError: it can't be made.
    """
    name = f"{unquote(urlsplit(url).path.lstrip('/')) or 'app'}_makemigration"
    try:
        with empty_database(url, name) as scratch:
            yield scratch
    except PsqlError as error:
        raise DevelopmentError(
            f"no scratch database on the server of DATABASE_URL ({error}); unset DATABASE_URL to use an embedded one"
        ) from None


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
