"""`manage grant_role`: the command `grant-role` (template-owned)."""

from argparse import ArgumentParser, Namespace

from app.site import grant_role
from app.site.service_command import ServiceCommand


class Command(ServiceCommand):
    """Gives a user a role."""

    help = grant_role.DESCRIPTION

    def add_arguments(self, parser: ArgumentParser) -> None:
        grant_role.add_arguments(parser)

    def work(self, arguments: Namespace) -> None:
        grant_role.run(arguments)
