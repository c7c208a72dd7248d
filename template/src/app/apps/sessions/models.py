"""Sessions and the refresh tokens of each (template-owned; contract, "Tokens and sessions")."""

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now


class Session(models.Model):
    """One log-in, and the family of its refresh tokens; `version` is the claim `sv`."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID())
    user = models.ForeignKey("users.User", models.PROTECT, db_index=False, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    version = models.IntegerField(db_default=1)
    device = models.TextField()
    ip = models.TextField(null=True)
    key_id = models.TextField()

    class Meta:
        db_table = "sessions"
        indexes = (models.Index(fields=["user", "created_at", "id"], name="sessions_user_id_idx"),)

    def __str__(self) -> str:
        return str(self.pk)


class RefreshToken(models.Model):
    """The hash of a token of one generation; `used_at` once its child was given."""

    hash = models.BinaryField(primary_key=True)
    session = models.ForeignKey(Session, models.CASCADE, db_index=False, related_name="tokens")
    generation = models.IntegerField()
    parent = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "refresh_tokens"
        constraints = (
            models.UniqueConstraint(fields=["session", "generation"], name="refresh_tokens_session_id_generation_key"),
        )

    def __str__(self) -> str:
        return f"generation {self.generation} of {self.session_id}"
