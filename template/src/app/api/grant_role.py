"""`grant-role EMAIL ROLE`: the only way to make or unmake a SuperAdmin (template-owned; contract, "Commands")."""

import asyncio
import sys
from argparse import ArgumentParser

from app.api.command_line import exit_with, settings_or_exit
from app.api.runtime import Runtime, make_runtime, open_runtime
from app.api.slices import import_tables
from app.api.users.service import change_user, hold_account
from app.components import Settings
from app.domain.access import ROLES
from app.domain.caller import Caller
from app.kit.emails import normalize_email
from app.kit.problems import CONFLICT, ProblemError


def main() -> None:
    """Give a user a role; status 1 where there is no such user or the role can't be given."""
    parser = ArgumentParser(description="Give a user a role, SuperAdmin too; takes effect on the user's next request.")
    parser.add_argument("email", help="the user's e-mail address")
    parser.add_argument("role", choices=ROLES)
    arguments = parser.parse_args()
    try:
        before = asyncio.run(_run(settings_or_exit(), normalize_email(arguments.email), arguments.role))
    except ValueError:
        sys.exit(f"{arguments.email} is no e-mail address.")
    except ProblemError as error:
        if error.kind is CONFLICT:
            sys.exit(error.detail)
        exit_with(error)
    else:
        print(f"{arguments.email}: {arguments.role} (was {before}).")


async def grant_role(runtime: Runtime, email: str, role: str) -> str:
    """Set the role of the user with this address, and return the one before; the user did it, for the record.

    Raises:
        ProblemError: 409 for the last active OrgAdmin of the organization.
        SystemExit: there is no such user.
    """
    async with runtime.database.transaction() as session:
        user = await hold_account(session, email)
        if user is None:
            sys.exit(f"There is no user {email}; register the account first.")
        before = user.role
        caller = Caller(user.id, user.organization_id, role, session_id=user.id)
        await change_user(session, runtime.gate, user, caller=caller, values={"role": role})
    return before


async def _run(settings: Settings, email: str, role: str) -> str:
    # Foreign keys cross slices: SQLAlchemy must know every table before the first write.
    import_tables()
    runtime = make_runtime(settings)
    async with open_runtime(runtime, {}):
        return await grant_role(runtime, email, role)


if __name__ == "__main__":
    main()
