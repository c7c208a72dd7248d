"""`manage dead_letters`: the command `dead-letters` (template-owned)."""

from argparse import ArgumentParser, Namespace

from django.core.management.base import CommandError

from app.kit.dead_letters import DESCRIPTION, add_arguments, fault_of
from app.site import dead_letters
from app.site.service_command import ServiceCommand


class Command(ServiceCommand):
    """Looks at jobs that were given up, does them again, or drops them."""

    help = DESCRIPTION

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_arguments(parser)

    def work(self, arguments: Namespace) -> None:
        if fault := fault_of(arguments):
            raise CommandError(fault)
        dead_letters.run(arguments)
