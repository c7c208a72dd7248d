"""`seed`: the demo organizations and users; safe to run again, refused in production (template-owned)."""

import asyncio
import sys
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import ProgrammingError

from app.api.command_line import exit_with, parse_command_line, settings_or_exit
from app.api.organizations.tables import Organization
from app.api.postgres.database import Database, open_database
from app.api.users.tables import User
from app.kit.passwords import hash_password
from app.kit.problems import ProblemError
from app.kit.settings import DEVELOPMENT_SEED_PASSWORD, CoreSettings

ORGANIZATIONS = {"Acme": "acme.example", "Globex": "globex.example"}
ROLES = {
    "guest": "Guest",
    "member": "Member",
    "manager": "Manager",
    "admin": "OrgAdmin",
    "superadmin": "SuperAdmin",
}


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
    _print_log_ins(settings.seed_password.get_secret_value())


async def seed(database: Database, password: str) -> None:
    """Insert what is missing; the first organization is Acme."""
    password_hash = hash_password(password)
    async with database.transaction() as session:
        for name, domain in ORGANIZATIONS.items():
            organization = {"id": uuid5(NAMESPACE_DNS, domain), "name": name}
            await session.execute(insert(Organization).values(organization).on_conflict_do_nothing())
            users = list(_users(domain, name, password_hash))
            await session.execute(insert(User).values(users).on_conflict_do_nothing())


def _users(domain: str, organization: str, password_hash: str) -> Iterator[dict[str, Any]]:
    for local, role in ROLES.items():
        email = f"{local}@{domain}"
        yield {
            "id": uuid5(NAMESPACE_DNS, email),
            "organization_id": uuid5(NAMESPACE_DNS, domain),
            "email": email,
            "name": f"{organization} {local.capitalize()}",
            "role": role,
            "password_hash": password_hash,
            "created_by": uuid5(NAMESPACE_DNS, email),
        }


async def _run(settings: CoreSettings) -> None:
    database = open_database(settings)
    try:
        await seed(database, settings.seed_password.get_secret_value())
    finally:
        await database.close()


def _print_log_ins(password: str) -> None:
    # Only the published default is shown: a password of one's own stays out of terminals and logs.
    shown = f'"{password}"' if password == DEVELOPMENT_SEED_PASSWORD else "as in SEED_PASSWORD"
    print(f"Demo users ({', '.join(ROLES)}@ {' and '.join(ORGANIZATIONS.values())}), password {shown}:")
    for domain in ORGANIZATIONS.values():
        print("  " + ", ".join(f"{local}@{domain}" for local in ROLES))


if __name__ == "__main__":
    main()
