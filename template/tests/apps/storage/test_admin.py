"""The attachments' page of administration (template-owned)."""

import pytest
from tests.apps.people import ADMIN, browser_of, caller_as
from tests.storage.buckets import NOTE, announcement

from app.apps.storage import services

pytestmark = pytest.mark.usefixtures("seeded")


def test_a_page_shows_the_files_of_the_own_organization_and_not_where_they_are() -> None:
    made = [
        services.announce(caller_as(email), NOTE, announcement(filename=f"{email}.txt"))
        for email in (ADMIN, "admin@globex.example")
    ]
    browser = browser_of()
    page = browser.get("/admin/storage/attachment/").content
    one = browser.get(f"/admin/storage/attachment/{made[0].id}/change/").content

    assert (b"admin@acme.example.txt" in page, b"admin@globex.example.txt" in page) == (True, False)
    assert str(made[0].key).encode() not in page + one
