"""Attachments: what is known of files (template-owned)."""

from typing import get_args

from django.db import models
from django.db.models import Q

from app.apps.postgres.models import TenantModel
from app.domain.storage import Status

_STATUSES = get_args(Status)
_LIVE = Q(deleted_at__isnull=True)


class Attachment(TenantModel):
    """A file that is attached to a row of another resource; `key` is where its bytes are, none once they are gone."""

    resource = models.TextField(editable=False)
    resource_id = models.UUIDField(editable=False)
    filename = models.TextField()
    size = models.BigIntegerField(editable=False)
    content_type = models.TextField(editable=False)
    status = models.TextField(db_default="pending", choices=[(word, word) for word in _STATUSES], editable=False)
    key = models.TextField(null=True, editable=False)

    class Meta:
        db_table = "attachments"
        constraints = (
            models.UniqueConstraint(fields=["key"], name="attachments_key_key"),
            models.CheckConstraint(condition=Q(status__in=_STATUSES), name="attachments_status_check"),
        )
        indexes = (
            models.Index(
                fields=["organization", "resource", "resource_id", "created_at", "id"],
                name="attachments_resource_id_idx",
                condition=_LIVE,
            ),
            models.Index(fields=["status", "updated_at"], name="attachments_status_idx", condition=_LIVE),
            models.Index(
                fields=["deleted_at"],
                name="attachments_deleted_at_idx",
                condition=Q(deleted_at__isnull=False, key__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.filename
