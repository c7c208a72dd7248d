"""`migrate-documents`: bring every document to today's schema, which reading does one by one (template-owned)."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError

from app.kit.problems import ProblemError
from app.site.command_line import exit_with, parse_command_line, set_up_or_exit

if TYPE_CHECKING:
    from app.apps.documents.trails import Trail

DESCRIPTION = "Bring all documents to today's schema; safe while the service runs, and to run again."


def main() -> None:
    """Upgrade all; status 1 where the server does not answer, and then what is left is left for the next run."""
    arguments = parse_command_line(DESCRIPTION)
    set_up_or_exit()
    run(arguments)


def run(_: Namespace) -> None:
    """The same where Django is ready.

    Raises:
        SystemExit: the server does not answer.
    """
    from app.apps.documents.trails import the_trail

    try:
        upgrade_all(the_trail())
    except ProblemError as error:
        sys.exit(f"{error.detail} Check MONGODB_URL and that the server runs.")
    except (DatabaseError, InterfaceError) as error:
        exit_with(error)


def upgrade_all(trail: "Trail") -> int:
    """Upgrade all that are of an older schema, and print how far it is; how many that were."""
    total, done = trail.count_outdated(), 0
    while some := trail.upgrade_some():
        done += some
        print(f"{done} of {max(done, total)}")
    print(f"All documents are of today's schema; {done} were not.")
    return done


if __name__ == "__main__":
    main()
