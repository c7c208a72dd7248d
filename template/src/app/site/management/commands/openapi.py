"""`manage openapi`: the command `openapi` (template-owned)."""

from argparse import Namespace

from app.site import openapi
from app.site.service_command import ServiceCommand


class Command(ServiceCommand):
    """Writes openapi.json."""

    help = openapi.DESCRIPTION

    def work(self, arguments: Namespace) -> None:
        openapi.run(arguments)
