"""A command of the service as Django knows commands: for `manage` and `call_command` (template-owned).

What it takes and does is in the module of the command itself, which is one of `[project.scripts]` too.
"""

from argparse import Namespace
from contextlib import redirect_stdout
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from app.site.command_line import hush


class ServiceCommand(BaseCommand):
    """The base of those in `management/commands`."""

    def run_from_argv(self, argv: list[str]) -> None:
        """Run for a person at a terminal, who is told by one line at the end."""
        hush()
        super().run_from_argv(argv)

    def handle(self, *_: Any, **options: Any) -> None:
        """Run, and print to Django's own output.

        Raises:
            CommandError: what ends the script with status 1.
        """
        output: Any = self.stdout
        # `print` ends its lines itself.
        output.ending = ""
        try:
            with redirect_stdout(output):
                self.work(Namespace(**options))
        except SystemExit as stopped:
            if stopped.code:
                raise CommandError(str(stopped.code)) from None

    def work(self, arguments: Namespace) -> None:
        """What the command does.

        Raises:
            SystemExit: it can't.
        """
        raise NotImplementedError
