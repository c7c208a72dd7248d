"""`manage`: Django's own commands with the service's settings, as `manage shell` (template-owned)."""

import os
import sys

from django.core.management import execute_from_command_line

from app.components import ComponentError
from app.kit.settings import SettingsError
from app.site.command_line import SETTINGS_MODULE

# They would go around the services: no event is published and no session ends.
_INSTEAD = {
    "changepassword": "passwords are changed by their owners: `POST /auth/password/change`",
    "createsuperuser": "register an account, then `grant-role EMAIL SuperAdmin`",
}


def main() -> None:
    """Run a command of Django."""
    if instead := _INSTEAD.get(next(iter(sys.argv[1:]), "")):
        sys.exit(f"manage {sys.argv[1]} is not for this service: {instead}.")
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    try:
        execute_from_command_line(["manage", *sys.argv[1:]])
    except (SettingsError, ComponentError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
