"""How Django authenticates for its admin: as the API's log-in does (template-owned; contract, "Rates")."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from rest_framework.exceptions import ValidationError

from app.apps.auth.serializers import LogIn
from app.apps.auth.services import check_log_in
from app.apps.rest.throttling import address_of
from app.apps.users.models import User
from app.apps.users.services import find_user
from app.kit.problems import UNAUTHENTICATED, ProblemError


class Accounts(BaseBackend):
    """Users of the service by e-mail address and password; permissions are no matter of Django's."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """The user whose password this is.

        Raises:
            ProblemError: 429 after too many wrong ones, 503 where too many passwords are being checked.
        """
        try:
            given = LogIn().run_validation({"email": username, "password": password})
            return check_log_in(given["email"], given["password"], address_of())
        except ValidationError:
            return None
        except ProblemError as refused:
            if refused.kind is UNAUTHENTICATED:
                return None
            raise

    def get_user(self, user_id: UUID) -> User | None:
        """The active user with this id, as it is now."""
        return find_user(user_id)
