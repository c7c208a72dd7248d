"""`manage erase_user`: the command `erase-user` (template-owned)."""

from argparse import ArgumentParser, Namespace

from app.site import erase_user
from app.site.service_command import ServiceCommand


class Command(ServiceCommand):
    """Erases a person."""

    help = erase_user.DESCRIPTION

    def add_arguments(self, parser: ArgumentParser) -> None:
        erase_user.add_arguments(parser)

    def work(self, arguments: Namespace) -> None:
        erase_user.run(arguments)
