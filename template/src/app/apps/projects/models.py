"""Projects (sample: yours after the first render)."""

from typing import get_args

from django.db import models
from django.db.models import Q

from app.apps.postgres.models import TenantModel
from app.domain.projects import Visibility

_VISIBILITIES = get_args(Visibility)


class Project(TenantModel):
    """A project of an organization; `deletion_id` is one for all that was deleted together."""

    name = models.TextField()
    description = models.TextField(db_default="", blank=True)
    visibility = models.TextField(db_default="organization", choices=[(word, word) for word in _VISIBILITIES])
    deletion_id = models.UUIDField(null=True, editable=False)

    class Meta:
        db_table = "projects"
        constraints = (
            models.CheckConstraint(condition=Q(visibility__in=_VISIBILITIES), name="projects_visibility_check"),
        )
        indexes = tuple(
            models.Index(
                fields=["organization", key, "id"],
                name=f"projects_organization_id_{key}_idx",
                condition=Q(deleted_at__isnull=True),
            )
            for key in ("created_at", "updated_at", "name")
        )

    def __str__(self) -> str:
        return self.name
