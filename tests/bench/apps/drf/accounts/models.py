"""Who uses the tasks: a user of one organization."""

from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Django's own, by the ids that the service has; without groups, whose tables nobody would make."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organization_id = models.UUIDField(null=True)
    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]

    class Meta:
        app_label = "accounts"
        db_table = "accounts_user"
