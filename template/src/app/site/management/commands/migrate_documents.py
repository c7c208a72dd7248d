"""`manage migrate_documents`: the command `migrate-documents` (template-owned)."""

from argparse import Namespace

from app.site.documents import migrate
from app.site.service_command import ServiceCommand


class Command(ServiceCommand):
    """Brings all documents to today's schema."""

    help = migrate.DESCRIPTION

    def work(self, arguments: Namespace) -> None:
        migrate.run(arguments)
