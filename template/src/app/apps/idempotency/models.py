"""First answers to requests that carried an Idempotency-Key (template-owned)."""

from django.db import models
from django.db.models.functions import Now


class IdempotencyKey(models.Model):
    """One answer, kept for 24 hours; without `status` only inside the transaction that works on it."""

    pk = models.CompositePrimaryKey("user_id", "method", "path", "key")
    user = models.ForeignKey("users.User", models.PROTECT, db_index=False, related_name="+")
    method = models.TextField()
    path = models.TextField()
    key = models.TextField()
    request_hash = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
    status = models.IntegerField(null=True)
    body = models.TextField(null=True)
    headers = models.JSONField(null=True)

    class Meta:
        db_table = "idempotency_keys"
        indexes = (models.Index(fields=["created_at"], name="idempotency_keys_created_at_idx"),)

    def __str__(self) -> str:
        return self.key


class KeptAnswer(models.Model):
    """The same rows for a list in Django's admin, which takes no key of several columns; without the answers."""

    key = models.TextField(primary_key=True)
    user = models.ForeignKey("users.User", models.DO_NOTHING, db_index=False, related_name="+")
    method = models.TextField()
    path = models.TextField()
    created_at = models.DateTimeField()
    status = models.IntegerField(null=True)

    class Meta:
        managed = False
        db_table = "idempotency_keys"

    def __str__(self) -> str:
        return self.key
