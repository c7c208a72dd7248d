"""Django's admin with the service's own site (template-owned)."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """What `INSTALLED_APPS` names; it finds the `admin.py` of each app."""

    default_site = "app.apps.administration.pages.Administration"

    def ready(self) -> None:
        from django.contrib.admin.models import LogEntry

        # The outbox tells what was done: there is no such table, in tests neither.
        LogEntry._meta.managed = False
        super().ready()
