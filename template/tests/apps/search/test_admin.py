"""The page of administration of what can be found (template-owned)."""

from uuid import UUID

import pytest
from tests.apps.people import ADMIN, browser_of
from tests.search.shelf import GLOBEX, a_book

from app.apps.search.index import PostgresIndex
from app.apps.users.models import User

pytestmark = pytest.mark.usefixtures("seeded")


def test_a_page_shows_what_can_be_found_in_the_own_organization() -> None:
    own: UUID = User.objects.get(email=ADMIN).organization_id
    for number, organization, title in ((1, own, "ours"), (2, GLOBEX, "foreign")):
        PostgresIndex().write(a_book(number, organization_id=str(organization), title=title))
    browser = browser_of()
    page = browser.get("/admin/search/searchdocument/").content
    one = browser.get(f"/admin/search/searchdocument/{UUID(int=1)}/change/")

    assert (b"ours" in page, b"foreign" in page, one.status_code) == (True, False, 200)
