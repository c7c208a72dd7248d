"""The audit trail where no MongoDB is named (template-owned)."""

from django.db import models

from app.apps.postgres.json import JsonEncoder


class AuditEntry(models.Model):
    """One write to a resource; `id` is its event's."""

    id = models.UUIDField(primary_key=True)
    organization_id = models.UUIDField()
    user_id = models.UUIDField(null=True)
    resource = models.TextField()
    resource_id = models.UUIDField()
    at = models.DateTimeField()
    schema_version = models.IntegerField()
    body = models.JSONField(encoder=JsonEncoder)

    class Meta:
        db_table = "audit_entries"
        indexes = (
            models.Index(fields=["organization_id", "at", "id"], name="audit_entries_organization_id_idx"),
            models.Index(fields=["organization_id", "resource", "at", "id"], name="audit_entries_resource_idx"),
            models.Index(fields=["organization_id", "resource_id", "at", "id"], name="audit_entries_resource_id_idx"),
            models.Index(fields=["schema_version", "id"], name="audit_entries_schema_version_idx"),
        )

    def __str__(self) -> str:
        return f"{self.resource} {self.pk}"
