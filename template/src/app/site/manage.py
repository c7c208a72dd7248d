"""`manage`: Django's own commands with the service's settings, as `manage shell` (template-owned)."""

import os
import sys

from django.core.management import execute_from_command_line

from app.components import ComponentError
from app.domain.operations import AccessError
from app.kit.settings import SettingsError
from app.site.command_line import SETTINGS_MODULE

# The first two would go around the services: no event is published and no session ends. Django's migrations would wait
# for each other and for busy tables as long as it takes, and be written into the template's apps.
_INSTEAD = {
    "changepassword": "passwords are changed by their owners: `POST /auth/password/change`",
    "createsuperuser": "register an account, then `grant-role EMAIL SuperAdmin`",
    "makemigrations": "`just makemigration MESSAGE` writes what changed in your own apps",
    "migrate": "`just migrate`, in the image `migrate`, goes through all histories under one lock",
}


def main() -> None:
    """Run a command of Django, or one of the service's as Django has it."""
    if instead := _INSTEAD.get(next(iter(sys.argv[1:]), "")):
        sys.exit(f"manage {sys.argv[1]} is not for this service: {instead}.")
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    try:
        execute_from_command_line(["manage", *sys.argv[1:]])
    except (SettingsError, ComponentError, AccessError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
