"""The worker with one function of the tests' own: a note in the database, then a line outside (template-owned)."""

from django.db import connection
from tests.worker import killing

from app.kit.events import Event
from app.site import work
from app.site.command_line import set_up_or_exit


def act(event: Event) -> None:
    """Act on a new note."""
    with connection.cursor() as cursor:
        cursor.execute(killing.NOTE)
    killing.outside(event.id)


def prepare() -> None:
    """Have the worker know this function alone."""
    set_up_or_exit()
    from app.apps.outbox import functions

    only = functions.Functions(handlers={"note.created": {"test": act}}, jobs={})
    vars(functions)["find_functions"] = lambda: only


def main() -> None:
    """Run `work`."""
    work.main()
