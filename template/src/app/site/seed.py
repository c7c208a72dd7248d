"""`seed`: the demo organizations and users; safe to run again, refused in production (template-owned)."""

import sys
from argparse import Namespace

from django.db import DatabaseError, InterfaceError, ProgrammingError, transaction

from app.apps.runtime import core_settings
from app.domain.demo import demo_organizations, demo_users, log_ins
from app.kit.passwords import hash_password
from app.site.command_line import exit_with, parse_command_line, set_up_or_exit

DESCRIPTION = "Make the demo organizations and users; what is there already is left as it is."


def main() -> None:
    """Make the demo organizations and users, and print their log-ins."""
    arguments = parse_command_line(DESCRIPTION)
    set_up_or_exit()
    run(arguments)


def run(_: Namespace) -> None:
    """The same where Django is ready.

    Raises:
        SystemExit: it is refused, or the database can't be used.
    """
    settings = core_settings()
    if settings.is_production:
        sys.exit("seed makes users with a known password: it is refused in production.")
    password = settings.seed_password.get_secret_value()
    try:
        seed(password)
    except ProgrammingError:
        sys.exit("The database lacks tables or columns of this release: run `just migrate` first.")
    except (DatabaseError, InterfaceError) as error:
        exit_with(error)
    print(log_ins(password))


def seed(password: str) -> None:
    """Insert what is missing."""
    from app.apps.organizations.models import Organization
    from app.apps.users.fields import PasswordField
    from app.apps.users.models import User

    tenants = [Organization(**values) for values in demo_organizations()]
    people = []
    for values in demo_users(hash_password(password)):
        shown = PasswordField.shown(values.pop("password_hash"))
        people.append(User(password=shown, created_by_id=values.pop("created_by"), **values))
    with transaction.atomic():
        Organization.objects.bulk_create(tenants, ignore_conflicts=True)
        User.objects.bulk_create(people, ignore_conflicts=True)


if __name__ == "__main__":
    main()
