"""Statements for a PostgreSQL server, by its own client (template-owned): it reads every kind of URL.

`python -m app.dev.psql URL STATEMENT …` runs them and prints the rows that they give.
"""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit, urlunsplit

from app.dev.postgres import postgres_program
from app.dev.processes import DevelopmentError


class PsqlError(DevelopmentError):
    """A statement fails; the text is what the server said."""


def main() -> int:
    """Run the statements of the command line."""
    url, *statements = sys.argv[1:]
    try:
        print(run_psql(url, *statements), end="")
    except DevelopmentError as error:
        print(f"psql: {error}", file=sys.stderr)
        return 1
    return 0


def run_psql(url: str, *statements: str) -> str:
    """Run statements, each in a transaction of its own; gives their rows, a line each, values parted by `|`.

    Raises:
        PsqlError: one fails.
    """
    parts = urlsplit(re.sub(r"^postgres(ql)?(\+\w+)?:", "postgresql:", url))
    account = f"{parts.username}@" if parts.username else ""
    address = parts._replace(netloc=account + parts.netloc.rpartition("@")[2])
    secret = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}  # not where `ps` shows it
    options = ("--no-psqlrc", "--quiet", "--no-password", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1")
    sent = [argument for statement in statements for argument in ("--command", statement)]
    done = subprocess.run(
        [str(postgres_program("psql")), *options, *sent, urlunsplit(address)],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PsqlError((done.stderr.strip().splitlines()[:1] or ["it gave no reason"])[0])
    return done.stdout


@contextlib.contextmanager
def empty_database(url: str, name: str) -> Iterator[str]:
    """The URL of an empty database of this name on the server of `url`, dropped at the end.

    One that a killed run left is replaced; one in use stops us.

    Raises:
        PsqlError: it can't be made.
    """
    quoted = '"' + name.replace('"', '""') + '"'
    run_psql(url, f"DROP DATABASE IF EXISTS {quoted}", f"CREATE DATABASE {quoted} TEMPLATE template0")
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with contextlib.suppress(PsqlError):
            run_psql(url, f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")


if __name__ == "__main__":
    sys.exit(main())
