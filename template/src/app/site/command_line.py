"""What every entry point does: read the settings, say a user's mistake in one clear text (template-owned)."""

import logging
import os
import sys
from argparse import ArgumentParser, Namespace
from typing import NoReturn

import django
import structlog

from app.apps.postgres.errors import as_problem
from app.apps.runtime import service_settings
from app.components import ComponentError, Settings
from app.kit.settings import SettingsError

SETTINGS_MODULE = "app.site.settings"


def parse_command_line(description: str) -> Namespace:
    """Answer --help; refuse arguments."""
    return ArgumentParser(description=description).parse_args()


def set_up_or_exit() -> Settings:
    """Make Django ready; status 1 and every fault on standard error where the settings can't be used."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    _hush()
    try:
        django.setup()
    except (SettingsError, ComponentError) as error:
        sys.exit(str(error))
    return service_settings()


def exit_with(error: Exception) -> NoReturn:
    """End with what a dependency's failure means to a person at the terminal."""
    problem = as_problem(error)
    if problem is None:
        raise error
    sys.exit(f"{problem.detail} Check DATABASE_URL and that the server runs.")


def _hush() -> None:
    """Log nothing, unless `serve` gives logs their shape: people at a terminal are told by one line at the end."""
    logging.root.addHandler(logging.NullHandler())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
