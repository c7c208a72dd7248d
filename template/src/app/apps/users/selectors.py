"""What others may know of users (template-owned)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.apps.postgres.models import Facts
from app.apps.postgres.reads import read
from app.apps.users.models import User
from app.apps.users.serializers import UserBody
from app.domain.access import check_row, not_found
from app.domain.caller import Caller

COLUMNS = tuple(UserBody().fields)


def read_user(caller: Caller, user_id: UUID) -> Mapping[str, Any]:
    """One live user of the caller's organization.

    Raises:
        ProblemError: 404.
    """
    rows = User.objects.live().filter(id=user_id, organization_id=caller.organization_id).values(*COLUMNS)
    row: Mapping[str, Any] | None = read(rows.first)
    if row is None:
        raise not_found()
    check_row(caller, "users", "read", Facts(row["created_by"], None, None))
    return row
