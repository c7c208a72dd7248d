"""Users: people, each in one organization (template-owned)."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q

from app.apps.postgres.models import StandardQuerySet, TenantModel
from app.apps.users.fields import PasswordField
from app.domain.access import ROLES


class UserManager(models.Manager["User"].from_queryset(StandardQuerySet)):  # type: ignore[misc]
    """Users, as Django's authentication looks them up."""

    def get_by_natural_key(self, email: str) -> "User":
        """The live user with this address."""
        found: User = self.live().get(email=email)
        return found


class User(AbstractBaseUser, TenantModel):
    """A person with one role in one organization; `email` is stored trimmed, NFC and lower-cased."""

    email = models.TextField()
    name = models.TextField()
    role = models.TextField(choices=[(role, role) for role in ROLES])
    is_active = models.BooleanField(db_default=True)
    # None where another provider logs in.
    password = PasswordField(null=True, db_column="password_hash")
    # There is no such column: sessions know when they were used.
    last_login = None

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        db_table = "users"
        constraints = (
            models.CheckConstraint(condition=Q(role__in=ROLES), name="users_role_check"),
            models.UniqueConstraint(F("email"), name="users_email_key"),
        )
        indexes = (
            models.Index(
                fields=["organization", "created_at", "id"],
                name="users_organization_id_idx",
                condition=Q(deleted_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.email

    @property
    def password_hash(self) -> str | None:
        """The PHC string, as it is stored."""
        return PasswordField.stored(self.password)

    def get_session_auth_hash(self) -> str:
        """What ends Django's own sessions when it changes."""
        found: Any = super().get_session_auth_hash()
        return str(found)
