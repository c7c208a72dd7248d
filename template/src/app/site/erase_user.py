"""`erase-user EMAIL`: leaves nothing of a person but the row that others name (template-owned)."""

import sys
from argparse import ArgumentParser, Namespace

from django.db import DatabaseError, InterfaceError, connection, transaction

from app.domain.caller import Caller
from app.kit.emails import normalize_email
from app.kit.housekeeping import UNNAMED, erasure, parameters
from app.kit.problems import ProblemError
from app.site.command_line import exit_with, parse_command_line, set_up_or_exit

DESCRIPTION = "Erase a person: address, name, password, devices. It can't be undone."


def main() -> None:
    """Erase a person; status 1 where there is none of this address, or it is the last OrgAdmin."""
    arguments = parse_command_line(DESCRIPTION, add_arguments)
    set_up_or_exit()
    run(arguments)


def add_arguments(parser: ArgumentParser) -> None:
    """Whom."""
    parser.add_argument("email", help="the user's e-mail address")


def run(arguments: Namespace) -> None:
    """The same where Django is ready.

    Raises:
        SystemExit: there is nobody of this address, or it is the last OrgAdmin.
    """
    try:
        user_id = erase_user(normalize_email(arguments.email))
    except ValueError:
        sys.exit(f"{arguments.email} is no e-mail address.")
    except ProblemError as error:
        sys.exit(error.detail)
    except (DatabaseError, InterfaceError) as error:
        exit_with(error)
    print(f"Erased: the user {user_id} has no name and no address any more.")


@transaction.atomic
def erase_user(email: str) -> str:
    """Log the user out everywhere, overwrite what is about the person, and return the id; publishes `user.erased`.

    Raises:
        ProblemError: 409 for the last active OrgAdmin of the organization.
        SystemExit: there is no such user.
    """
    from app.apps.outbox.publish import publish_change
    from app.apps.users.models import User
    from app.apps.users.services import change_user, hold_account

    user = hold_account(email)
    if user is None:
        sys.exit(f"There is no user {email}.")
    caller = Caller(user.id, user.organization_id, user.role, session_id=user.id)
    change_user(user, caller=caller, values={"is_active": False})
    is_namesake = _rename_namesake(caller, user.name)
    with connection.cursor() as cursor:
        for statement in erasure("%(id)s", is_namesake=is_namesake):
            cursor.execute(statement, parameters(user.id))
    publish_change(caller, "user.erased", User.objects.get(id=user.id))
    return str(user.id)


def _rename_namesake(caller: Caller, name: str) -> bool:
    """Whether the organization was called as the person; it is then no more. Publishes `organization.erased`."""
    from app.apps.organizations.models import Organization
    from app.apps.organizations.services import change_organization
    from app.apps.outbox.publish import publish_change

    if not Organization.objects.live().filter(id=caller.organization_id, name=name).exists():
        return False
    renamed = change_organization(caller, "*", {"name": UNNAMED})
    publish_change(caller, "organization.erased", renamed)
    return True


if __name__ == "__main__":
    main()
