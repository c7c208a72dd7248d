"""The outbox: events in the transaction of what they tell (template-owned)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now

from app.apps.postgres.json import JsonEncoder


class OutboxEvent(models.Model):
    """One event on its way to its handlers; finished with an `error`: given up."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    organization_id = models.UUIDField()
    actor_id = models.UUIDField(null=True)
    resource = models.TextField()
    resource_id = models.UUIDField()
    version = models.IntegerField()
    at = models.DateTimeField()
    data = models.JSONField(encoder=JsonEncoder)
    handled_by = ArrayField(models.TextField(), db_default=Value([], output_field=ArrayField(models.TextField())))
    attempts = models.IntegerField(db_default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(null=True)

    class Meta:
        db_table = "outbox"
        indexes = (
            models.Index(
                fields=["next_attempt_at", "at"],
                name="outbox_next_attempt_at_idx",
                condition=Q(finished_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
