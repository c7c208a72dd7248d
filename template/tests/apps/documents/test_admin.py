"""The audit trail's page of administration (template-owned)."""

from uuid import UUID, uuid4

import pytest
from tests.apps.people import ADMIN, browser_of
from tests.documents.entries import an_entry

from app.apps.documents.trails import PostgresTrail
from app.apps.users.models import User

pytestmark = pytest.mark.usefixtures("seeded")


def test_a_page_shows_what_was_written_in_the_own_organization() -> None:
    own: UUID = User.objects.get(email=ADMIN).organization_id
    for organization, resource in ((own, "ours"), (uuid4(), "foreign")):
        PostgresTrail().write(an_entry(organization_id=organization, resource=resource))
    page = browser_of().get("/admin/documents/auditentry/").content
    assert (b"ours" in page, b"foreign" in page) == (True, False)
