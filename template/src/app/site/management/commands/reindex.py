"""`manage reindex`: the command `reindex` (template-owned)."""

from argparse import Namespace

from app.site.search import reindex
from app.site.service_command import ServiceCommand


class Command(ServiceCommand):
    """Takes all that can be found anew."""

    help = reindex.DESCRIPTION

    def work(self, arguments: Namespace) -> None:
        reindex.run(arguments)
