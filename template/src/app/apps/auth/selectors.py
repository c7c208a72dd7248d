"""Who has an account, and what the caller is (template-owned)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef

from app.apps.organizations.selectors import read_organization
from app.apps.postgres.reads import read
from app.apps.sessions.models import Session
from app.apps.users.models import User
from app.apps.users.selectors import rows as users
from app.domain.access import PERMISSIONS
from app.domain.caller import Caller
from app.domain.log_in import USUAL


def find_account(email: str, address: str | None) -> Mapping[str, Any] | None:
    """What a log-in asks of the account with this address, `is_usual_address` included."""
    since = datetime.now(UTC) - USUAL
    usual = Session.objects.filter(user_id=OuterRef("id"), ip=address, created_at__gt=since)
    rows = User.objects.live().filter(email=email).annotate(is_usual_address=Exists(usual))
    found: Mapping[str, Any] | None = read(rows.values("id", "password", "is_active", "is_usual_address").first)
    return found


def read_me(caller: Caller) -> dict[str, Any]:
    """The caller, what the caller may do, and where."""
    return describe_me(read(lambda: User.objects.values(*users.columns).get(id=caller.user_id)))


def describe_me(user: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a row in hand."""
    organization = read_organization(user["organization_id"])
    return {
        **user,
        "roles": [user["role"]],
        "permissions": PERMISSIONS[user["role"]],
        "organization": {"id": organization["id"], "name": organization["name"]},
    }
