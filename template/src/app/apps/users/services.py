"""What can be done with users, and what others may ask about them (template-owned)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from app.apps.outbox.publish import publish_change
from app.apps.sessions.services import SessionsOf
from app.apps.users.models import User
from app.apps.users.selectors import rows
from app.domain.caller import Caller
from app.domain.users import check_change, leaves_no_admin
from app.kit.problems import CONFLICT, ProblemError
from app.kit.versions import check_if_match

Values = Mapping[str, Any]


def find_user(user_id: UUID) -> User | None:
    """The active user with this id."""
    found: User | None = User.objects.live().filter(id=user_id, is_active=True).first()
    return found


def hold_account(email: str) -> User | None:
    """The user with this address, held for a change as are the roles of the organization; None where there is none."""
    found = User.objects.live().filter(email=email).first()
    if found is None:
        return None
    hold_roles(found.organization_id)
    held: User = User.objects.held().get(id=found.id)
    return held


def hold_user(caller: Caller, user_id: UUID) -> User:
    """The user, held for a change.

    Raises:
        ProblemError: 404, 403.
    """
    hold_roles(caller.organization_id)
    return rows.hold_live(caller, user_id, "update")


def update_user(caller: Caller, user_id: UUID, if_match: str | None, values: Values) -> User:
    """Change a user's role or activity, in the caller's transaction; publishes `user.updated`.

    Raises:
        ProblemError: 404, 403, 428, 412, 409 for the last active OrgAdmin.
    """
    held = hold_user(caller, user_id)
    check_change(caller, held, values)
    check_if_match(if_match, held.version)
    return change_user(held, caller=caller, values=values)


def change_user(held: User, *, caller: Caller, values: Values) -> User:
    """Set role and activity; whoever's role changes is asked to refresh, whoever is deactivated is logged out.

    Publishes `user.updated`.

    Raises:
        ProblemError: 409 for the last active OrgAdmin.
    """
    check_admin_is_left(held, values)
    changes = held.change(caller, values)
    if not changes:
        return held
    publish_change(caller, "user.updated", held, {"changes": changes})
    sessions = SessionsOf(held.id, held.organization_id, caller.user_id)
    if held.is_active:
        sessions.bump()
    else:
        sessions.end()
    return held


def check_admin_is_left(held: User, values: Values) -> None:
    """Refuse to take the last active OrgAdmin away.

    Raises:
        ProblemError: 409.
    """
    if not leaves_no_admin(held, values):
        return
    others = User.objects.live().filter(organization_id=held.organization_id, role="OrgAdmin", is_active=True)
    if not others.exclude(id=held.id).exists():
        raise ProblemError(CONFLICT, "The last active OrgAdmin stays one: make another one first.")


def hold_roles(organization_id: UUID) -> None:
    """Let one change of roles at a time into an organization, so that two can't take away each other's OrgAdmin."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"roles of {organization_id}"])
