"""What can be done with organizations (template-owned)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from app.apps.organizations.models import Organization
from app.apps.organizations.selectors import COLUMNS
from app.apps.outbox.publish import publish_change
from app.apps.redis.cache import cache_of
from app.domain.access import not_found
from app.domain.caller import Caller
from app.kit.versions import check_if_match


def change_organization(caller: Caller, if_match: str | None, values: Mapping[str, Any]) -> Organization:
    """Change the caller's organization, inside a transaction, in the cache too; publishes `organization.updated`.

    Where Redis is away at that moment, others may read what was before for as long as the cache keeps it.

    Raises:
        ProblemError: 404, 428, 412.
    """
    held = Organization.objects.live().held().filter(id=caller.organization_id).first()
    if held is None:
        raise not_found()
    check_if_match(if_match, held.version)
    changes = held.change(caller, values)
    if changes:
        publish_change(caller, "organization.updated", held, {"changes": changes})
        now = held.shown(COLUMNS)
        transaction.on_commit(lambda: cache_of("organization").put(held.id, now))
    return held
