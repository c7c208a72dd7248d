"""Statements for a PostgreSQL server, whose rows are printed as psql prints them (template-owned).

`python -m app.dev.psql URL STATEMENT …` runs them and prints the rows that they give.
"""

import contextlib
import re
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from app.dev.processes import DevelopmentError

_CONNECT_SECONDS = 10


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
    plain = re.sub(r"^postgres(ql)?(\+\w+)?:", "postgresql:", url)
    try:
        with psycopg.connect(plain, autocommit=True, connect_timeout=_CONNECT_SECONDS) as connection:
            return "".join(_rows(connection.execute(statement.encode())) for statement in statements)
    except psycopg.Error as error:
        raise PsqlError((str(error).splitlines() or ["it gave no reason"])[0]) from error


def _rows(cursor: "psycopg.Cursor[Any]") -> str:
    """As the server writes the values; nothing for NULL."""
    result = cursor.pgresult
    assert result is not None
    rows = ([result.get_value(row, column) or b"" for column in range(result.nfields)] for row in range(result.ntuples))
    return b"".join(b"|".join(row) + b"\n" for row in rows).decode()


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
