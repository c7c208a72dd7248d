"""Organizations: the tenants (template-owned)."""

from django.db import models

from app.apps.postgres.models import StandardModel


class Organization(StandardModel):
    """A tenant: every row of every resource belongs to one."""

    name = models.TextField()

    class Meta:
        db_table = "organizations"

    def __str__(self) -> str:
        return self.name
