"""`erase-user EMAIL`: leaves nothing of a person but the row that others name (template-owned)."""

import asyncio
import sys
from argparse import ArgumentParser

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.command_line import exit_with, settings_or_exit
from app.api.organizations.service import change_organization
from app.api.organizations.tables import Organization
from app.api.outbox.publish import publish_change
from app.api.runtime import Runtime, make_runtime, open_runtime
from app.api.slices import import_tables
from app.api.users.service import change_user, hold_account
from app.components import Settings
from app.domain.caller import Caller
from app.kit.emails import normalize_email
from app.kit.housekeeping import UNNAMED, erasure, parameters
from app.kit.problems import CONFLICT, ProblemError


def main() -> None:
    """Erase a person; status 1 where there is none of this address, or it is the last OrgAdmin."""
    parser = ArgumentParser(description="Erase a person: address, name, password, devices. It can't be undone.")
    parser.add_argument("email", help="the user's e-mail address")
    arguments = parser.parse_args()
    try:
        user_id = asyncio.run(_run(settings_or_exit(), normalize_email(arguments.email)))
    except ValueError:
        sys.exit(f"{arguments.email} is no e-mail address.")
    except ProblemError as error:
        if error.kind is CONFLICT:
            sys.exit(error.detail)
        exit_with(error)
    else:
        print(f"Erased: the user {user_id} has no name and no address any more.")


async def erase_user(runtime: Runtime, email: str) -> str:
    """Log the user out everywhere, overwrite what is about the person, and return the id; publishes `user.erased`.

    Raises:
        ProblemError: 409 for the last active OrgAdmin of the organization.
        SystemExit: there is no such user.
    """
    async with runtime.database.transaction() as session:
        user = await hold_account(session, email)
        if user is None:
            sys.exit(f"There is no user {email}.")
        caller = Caller(user.id, user.organization_id, user.role, session_id=user.id)
        await change_user(session, runtime.gate, user, caller=caller, values={"is_active": False})
        is_namesake = await _rename_namesake(runtime, session, caller, user.name)
        for statement in erasure(":id", is_namesake=is_namesake):
            await session.execute(text(statement), parameters(user.id))
        await session.refresh(user)
        await publish_change(session, caller, "user.erased", user)
    return str(user.id)


async def _rename_namesake(runtime: Runtime, session: AsyncSession, caller: Caller, name: str) -> bool:
    """Whether the organization was called as the person; it is then no more. Publishes `organization.erased`."""
    of_caller = select(Organization).where(Organization.id == caller.organization_id, Organization.name == name)
    if await session.scalar(of_caller.where(Organization.deleted_at.is_(None))) is None:
        return False
    renamed = await change_organization(
        session, runtime.organizations, caller=caller, if_match="*", values={"name": UNNAMED}
    )
    await publish_change(session, caller, "organization.erased", renamed)
    return True


async def _run(settings: Settings, email: str) -> str:
    import_tables()
    runtime = make_runtime(settings)
    async with open_runtime(runtime, {}):
        return await erase_user(runtime, email)


if __name__ == "__main__":
    main()
