"""What every entry point does: read the settings, say a user's mistake in one clear text (template-owned)."""

import logging
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import NoReturn

import django
import structlog
from django.core.checks import CheckMessage, run_checks

from app.apps.postgres.errors import as_problem
from app.apps.runtime import service_settings
from app.components import ComponentError, Settings
from app.domain.operations import AccessError
from app.kit.service import this_service
from app.kit.settings import SettingsError

SETTINGS_MODULE = "app.site.settings"


def parse_command_line(description: str, add_arguments: Callable[[ArgumentParser], None] | None = None) -> Namespace:
    """What is on the command line; answers --help, refuses arguments that were not added."""
    parser = ArgumentParser(description=description)
    if add_arguments:
        add_arguments(parser)
    return parser.parse_args()


def set_up_or_exit() -> Settings:
    """Make Django ready; status 1 and every fault on standard error where the settings can't be used."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    hush()
    try:
        django.setup()
    except (SettingsError, ComponentError) as error:
        sys.exit(str(error))
    return service_settings()


def start_or_exit() -> Settings:
    """The same for what runs the service; status 1 too where a system check finds something declared wrongly."""
    settings = set_up_or_exit()
    try:
        faults = [one for one in run_checks() if one.is_serious() and not one.is_silenced()]
    except AccessError as error:
        # Django's own check of the paths imports the views as well.
        sys.exit(str(error))
    if faults:
        title = f"{this_service().slug} can't start, {len(faults)} declaration(s) to mend"
        sys.exit("\n".join([title, *map(_shown, faults)]))
    return settings


def exit_with(error: Exception) -> NoReturn:
    """End with what a dependency's failure means to a person at the terminal."""
    problem = as_problem(error)
    if problem is None:
        raise error
    sys.exit(f"{problem.detail} Check DATABASE_URL and that the server runs.")


def hush() -> None:
    """Log nothing, unless `serve` gives logs their shape: people at a terminal are told by one line at the end."""
    logging.root.addHandler(logging.NullHandler())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def _shown(fault: CheckMessage) -> str:
    """What is wrong, by the check's id, and below it what to do."""
    return f"  {fault.id}: {fault.msg}" + (f"\n    {fault.hint}" if fault.hint else "")
