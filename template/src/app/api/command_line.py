"""What every entry point does: read the settings, say a user's mistake in one clear text (template-owned)."""

import sys
from argparse import ArgumentParser, Namespace

from app.components import ComponentError, Settings, load_settings
from app.kit.problems import ProblemError
from app.kit.settings import SettingsError


def parse_command_line(description: str) -> Namespace:
    """Answer --help; refuse arguments."""
    return ArgumentParser(description=description).parse_args()


def settings_or_exit() -> Settings:
    """The settings; status 1 and every fault on standard error where they can't be used."""
    try:
        return load_settings()
    except (SettingsError, ComponentError) as error:
        sys.exit(str(error))


def exit_with(error: ProblemError) -> None:
    """End with what a dependency's failure means to a person at the terminal."""
    sys.exit(f"{error.detail} Check DATABASE_URL and that the server runs.")
