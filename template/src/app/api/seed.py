"""`seed`: the demo organizations and users; safe to run again, refused in production (template-owned)."""

import asyncio
import sys

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import ProgrammingError

from app.api.command_line import exit_with, parse_command_line, settings_or_exit
from app.api.organizations.tables import Organization
from app.api.postgres.database import Database, open_database
from app.api.users.tables import User
from app.domain.demo import demo_organizations, demo_users, log_ins
from app.kit.passwords import hash_password
from app.kit.problems import ProblemError
from app.kit.settings import CoreSettings


def main() -> None:
    """Make the demo organizations and users, and print their log-ins."""
    parse_command_line("Make the demo organizations and users; what is there already is left as it is.")
    settings = settings_or_exit().core
    if settings.is_production:
        sys.exit("seed makes users with a known password: it is refused in production.")
    try:
        asyncio.run(_run(settings))
    except ProblemError as error:
        exit_with(error)
    except ProgrammingError:
        sys.exit("The database lacks tables or columns of this release: run `just migrate` first.")
    print(log_ins(settings.seed_password.get_secret_value()))


async def seed(database: Database, password: str) -> None:
    """Insert what is missing."""
    password_hash = hash_password(password)
    async with database.transaction() as session:
        tenants, people = list(demo_organizations()), list(demo_users(password_hash))
        await session.execute(insert(Organization).values(tenants).on_conflict_do_nothing())
        await session.execute(insert(User).values(people).on_conflict_do_nothing())


async def _run(settings: CoreSettings) -> None:
    database = open_database(settings)
    try:
        await seed(database, settings.seed_password.get_secret_value())
    finally:
        await database.close()


if __name__ == "__main__":
    main()
