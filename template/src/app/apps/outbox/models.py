"""Events and jobs, in the transaction of what they tell or follow from (template-owned)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from app.apps.postgres.json import JsonEncoder


class OutboxEvent(models.Model):
    """One event; relayed: everyone who acts on it has a job."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    organization_id = models.UUIDField()
    actor_id = models.UUIDField(null=True)
    resource = models.TextField()
    resource_id = models.UUIDField()
    version = models.IntegerField()
    at = models.DateTimeField()
    data = models.JSONField(encoder=JsonEncoder)
    traceparent = models.TextField(null=True)
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outbox"
        indexes = (models.Index(fields=["at"], name="outbox_at_idx", condition=Q(relayed_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class WrittenJob(models.Model):
    """One job on its way; finished with an `error`: given up."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    queue = models.TextField()
    event = models.ForeignKey(OutboxEvent, models.DO_NOTHING, null=True, db_index=False)
    data = models.JSONField(encoder=JsonEncoder)
    traceparent = models.TextField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.IntegerField(db_default=0)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(null=True)

    class Meta:
        db_table = "jobs"
        indexes = (
            models.Index(
                fields=["queue", "due_at"], name="jobs_queue_due_at_idx", condition=Q(finished_at__isnull=True)
            ),
            models.Index(fields=["finished_at"], name="jobs_finished_at_idx", condition=Q(finished_at__isnull=False)),
            models.Index(fields=["event"], name="jobs_event_id_idx"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
