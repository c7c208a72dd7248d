"""`dead-letters`: looks at jobs that were given up, does them again, or drops them (template-owned)."""

from argparse import Namespace

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models.functions import Now

from app.kit.dead_letters import parse_arguments, report, shown
from app.site.command_line import exit_with, set_up_or_exit


def main() -> None:
    """Do what the command line asks, and say so; status 1 where an id is of no dead letter."""
    arguments = parse_arguments()
    set_up_or_exit()
    run(arguments)


def run(arguments: Namespace) -> None:
    """The same where Django is ready.

    Raises:
        SystemExit: an id is of no dead letter, or the database can't be used.
    """
    try:
        print(answer(arguments))
    except (DatabaseError, InterfaceError) as error:
        exit_with(error)


@transaction.atomic
def answer(arguments: Namespace) -> str:
    """What to print.

    Raises:
        SystemExit: an id is of no dead letter; nothing was done.
    """
    from app.apps.outbox.models import WrittenJob

    given_up = WrittenJob.objects.filter(finished_at__isnull=False, error__isnull=False)
    if arguments.action == "list":
        return shown(given_up.order_by("finished_at"))
    which = given_up if arguments.all else given_up.filter(id__in=arguments.ids)
    found = list(which.select_for_update().values_list("id", flat=True))
    held = WrittenJob.objects.filter(id__in=found)
    if arguments.action == "drop":
        held.delete()
    else:
        held.update(finished_at=None, attempts=0, due_at=Now())
    return report(arguments, found)


if __name__ == "__main__":
    main()
