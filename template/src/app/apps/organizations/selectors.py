"""What others may know of organizations (template-owned)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.apps.organizations.models import Organization
from app.apps.organizations.serializers import OrganizationBody
from app.apps.postgres.reads import read
from app.apps.redis.cache import cache_of
from app.domain.access import not_found

COLUMNS = tuple(OrganizationBody().fields)


def read_organization(organization_id: UUID) -> Mapping[str, Any]:
    """A live organization as its reply shows it, from the cache: read by everyone, changed once in a while.

    Raises:
        ProblemError: 404.
    """
    rows = Organization.objects.live().filter(id=organization_id).values(*COLUMNS)
    found = cache_of("organization").get_or_load(organization_id, lambda: read(rows.first))
    if found is None:
        raise not_found()
    return found
