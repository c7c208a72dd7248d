"""`grant-role EMAIL ROLE`: the only way to make or unmake a SuperAdmin (template-owned; contract, "Commands")."""

import sys
from argparse import ArgumentParser, Namespace

from django.db import DatabaseError, InterfaceError, transaction

from app.domain.access import ROLES
from app.domain.caller import Caller
from app.kit.emails import normalize_email
from app.kit.problems import ProblemError
from app.site.command_line import exit_with, parse_command_line, set_up_or_exit

DESCRIPTION = "Give a user a role, SuperAdmin too; takes effect on the user's next request."


def main() -> None:
    """Give a user a role; status 1 where there is no such user or the role can't be given."""
    arguments = parse_command_line(DESCRIPTION, add_arguments)
    set_up_or_exit()
    run(arguments)


def add_arguments(parser: ArgumentParser) -> None:
    """Who, and which role."""
    parser.add_argument("email", help="the user's e-mail address")
    parser.add_argument("role", choices=ROLES)


def run(arguments: Namespace) -> None:
    """The same where Django is ready.

    Raises:
        SystemExit: there is no such user or the role can't be given.
    """
    try:
        before = grant_role(normalize_email(arguments.email), arguments.role)
    except ValueError:
        sys.exit(f"{arguments.email} is no e-mail address.")
    except ProblemError as error:
        sys.exit(error.detail)
    except (DatabaseError, InterfaceError) as error:
        exit_with(error)
    print(f"{arguments.email}: {arguments.role} (was {before}).")


def grant_role(email: str, role: str) -> str:
    """Set the role of the user with this address, and return the one before; the user did it, for the record.

    Raises:
        ProblemError: 409 for the last active OrgAdmin of the organization.
        SystemExit: there is no such user.
    """
    from app.apps.users.services import change_user, hold_account

    with transaction.atomic():
        user = hold_account(email)
        if user is None:
            sys.exit(f"There is no user {email}; register the account first.")
        before: str = user.role
        caller = Caller(user.id, user.organization_id, role, session_id=user.id)
        change_user(user, caller=caller, values={"role": role})
    return before


if __name__ == "__main__":
    main()
