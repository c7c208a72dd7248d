"""`reindex`: take all that can be found anew from its rows, while the service runs (template-owned)."""

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from click import echo, progressbar
from django.db import DatabaseError, InterfaceError, connection

from app.domain.search.sql import HOLD, LET_GO
from app.kit.problems import ProblemError
from app.kit.resource import Resource
from app.site.command_line import exit_with, parse_command_line, set_up_or_exit

if TYPE_CHECKING:
    from app.apps.search.index import Index

DESCRIPTION = "Take all that can be found anew from its rows; safe while the service runs, and to run again."


def main() -> None:
    """Re-index all; status 1 where a server does not answer: what was there is then found as before."""
    arguments = parse_command_line(DESCRIPTION)
    set_up_or_exit()
    run(arguments)


def run(_: Namespace) -> None:
    """The same where Django is ready.

    Raises:
        SystemExit: a server does not answer.
    """
    from app.apps.search.index import the_index
    from app.apps.search.rows import searchable

    try:
        reindex_all(the_index(), searchable().values())
    except ProblemError as error:
        sys.exit(f"{error.detail} Check ELASTICSEARCH_URL and that the server runs.")
    except (DatabaseError, InterfaceError) as error:
        exit_with(error)


def reindex_all(index: "Index", resources: Iterable[Resource]) -> int:
    """Re-index each resource, and show how far it is; how many rows there were.

    Raises:
        SystemExit: another one is at it.
    """
    with _alone():
        done = sum(_reindex(index, resource) for resource in resources)
    echo(f"All indexes are new; they hold {done} rows.")
    return done


def _reindex(index: "Index", resource: Resource) -> int:
    from app.apps.search.rows import count_rows, documents_of

    done, total = 0, count_rows(resource)
    with progressbar(length=total, label=resource.plural) as bar, index.rebuilding(resource.name) as fill:
        for documents in documents_of(resource):
            fill(documents)
            done += len(documents)
            bar.update(len(documents))
    return done


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(HOLD)
        if not cursor.fetchone()[0]:
            sys.exit("Another re-index is running: wait for its end.")
        try:
            yield
        finally:
            cursor.execute(LET_GO)


if __name__ == "__main__":
    main()
