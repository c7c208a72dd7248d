"""`manage seed`: the command `seed` (template-owned)."""

from argparse import Namespace

from app.site import seed
from app.site.service_command import ServiceCommand


class Command(ServiceCommand):
    """Makes the demo organizations and users."""

    help = seed.DESCRIPTION

    def work(self, arguments: Namespace) -> None:
        seed.run(arguments)
