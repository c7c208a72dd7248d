"""What somebody may try at /admin, logged in or not (template-owned)."""

from typing import Any
from uuid import UUID

import pytest
from django.contrib import admin
from django.test import Client
from tests.apps.application import PASSWORD, application, execute
from tests.apps.people import ADMIN, browser_of, caller_as

from app.apps.administration import rows
from app.apps.organizations.models import Organization
from app.apps.outbox.models import OutboxEvent
from app.apps.outbox.publish import publish
from app.apps.redis.store import the_store
from app.apps.users.models import User
from app.kit.events import Event

pytestmark = pytest.mark.usefixtures("seeded")
USERS, EVENTS, JOBS = "/admin/users/user/", "/admin/outbox/outboxevent/", "/admin/outbox/writtenjob/"
FOREIGN = "admin@globex.example"


@pytest.fixture(autouse=True)
def _no_attempts() -> None:
    the_store().redis.flushdb()


@pytest.fixture
def browser(seeded: None) -> Client:
    return browser_of()


def user(email: str) -> User:
    found: User = User.objects.get(email=email)
    return found


def lists() -> list[str]:
    return [f"/admin/{one._meta.app_label}/{one._meta.model_name}/" for one in admin.site._registry]


@pytest.mark.parametrize("path", lists())
@pytest.mark.parametrize(
    "lookup",
    [
        "password__startswith=argon2",
        "user__password__startswith=argon2",
        "created_by__password__startswith=argon2",
        "organization__name=Globex",
        "error__regex=(",
        "deleted__password=x",
    ],
)
def test_rows_are_looked_up_by_the_declared_filters_alone(browser: Client, path: str, lookup: str) -> None:
    assert browser.get(f"{path}?{lookup}").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q='%22;--",
        "deleted=%00",
        "deleted=yes",
        "p=x",
        "p=-1",
        "p=99999999999999999999",
        "o=x",
        "o=99.-1",
        "all=",
    ],
)
def test_no_query_of_a_list_is_a_failure(browser: Client, query: str) -> None:
    assert browser.get(f"{USERS}?{query}").status_code == 200


@pytest.mark.parametrize("page", [f"{EVENTS}?relayed_at", f"{JOBS}?finished_at", f"{JOBS}?error"])
def test_declared_filters_are_used(browser: Client, page: str) -> None:
    assert browser.get(f"{page}__isempty=1").status_code == 200


@pytest.mark.parametrize("query", ["_to_field=password&_popup=1", "_to_field=email&_popup=1"])
def test_a_popup_gives_no_other_field_than_the_id(browser: Client, query: str) -> None:
    assert browser.get(f"{USERS}?{query}").status_code == 400


@pytest.mark.parametrize("key", ["%00", "%FF", "x", "_5F", "99999999999999999999999999999999999999999"])
def test_an_id_that_is_none_is_not_there(browser: Client, key: str) -> None:
    for page in ("change", "delete"):
        assert browser.get(f"{USERS}{key}/{page}/").status_code in (302, 403)


def test_whoever_is_not_logged_in_sees_nothing() -> None:
    paths = ["/admin/", "/admin/jsi18n/", "/admin/autocomplete/", "/admin/nothing/", "/admin/r/1/x/", *lists()]
    for path in (*paths, f"{USERS}{user(FOREIGN).id}/change/"):
        page = Client().get(path)
        assert (page.status_code, page["Location"]) == (302, f"/admin/login/?next={path}")


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("https://evil.example/", "/admin/"),
        ("//evil.example/", "/admin/"),
        ("/\\evil.example", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
        (USERS, USERS),
    ],
)
def test_a_log_in_leads_to_this_service_alone(wanted: str, given: str) -> None:
    browser = Client()
    page = browser.post("/admin/login/", {"username": ADMIN, "password": PASSWORD, "next": wanted})
    assert (page.status_code, page["Location"]) == (302, given)
    again = browser.get("/admin/login/", {"next": wanted})
    assert (again.status_code, again["Location"]) == (302, "/admin/")


def test_no_page_tells_whether_there_is_a_row_of_another_organization(browser: Client) -> None:
    theirs, nobodys = user(FOREIGN).id, UUID(int=7)
    for path in ("/admin/r/1/{}/", f"{USERS}{{}}/change/", f"{USERS}{{}}/delete/", f"{USERS}{{}}/history/"):
        there, not_there = browser.get(path.format(theirs)), browser.get(path.format(nobodys))
        assert (there.status_code, there.get("Location")) == (not_there.status_code, not_there.get("Location"))
        assert there.content.replace(str(theirs).encode(), b"") == not_there.content.replace(str(nobodys).encode(), b"")


@pytest.mark.parametrize("model", ["users/user", "organizations/organization"])
def test_completion_offers_no_row_of_another_organization(browser: Client, model: str) -> None:
    label, name = model.split("/")
    for field in ("organization", "created_by", "user", "password"):
        query = {"app_label": label, "model_name": name, "field_name": field, "term": ""}
        page = browser.get("/admin/autocomplete/", query)
        assert page.status_code in (200, 403, 404)
        assert b"globex" not in page.content.lower()


def test_a_form_sets_what_it_shows_and_nothing_else(browser: Client) -> None:
    member, globex = user("member@acme.example"), Organization.objects.get(name="Globex")
    given = {
        "organization": globex.id,
        "organization_id": globex.id,
        "email": "x@acme.example",
        "deleted_at_0": "2026-01-02",
    }
    more = {"password": "x", "created_by": user(FOREIGN).id, "version": 9, "id": user(FOREIGN).id}
    form = {"role": "Manager", "is_active": "on", "row_version": 1}
    assert browser.post(f"{USERS}{member.id}/change/", given | more | form).status_code == 302

    found = user("member@acme.example")
    assert (found.role, found.version, found.deleted_at) == ("Manager", 2, None)
    for name in ("organization_id", "email", "password", "created_by_id"):
        assert getattr(found, name) == getattr(member, name)


def test_markup_in_a_name_stays_text(browser: Client) -> None:
    member = user("member@acme.example")
    execute(f"UPDATE users SET name = '<script>alert(1)</script>' WHERE id = '{member.id}'")
    for path in (USERS, f"{USERS}{member.id}/change/"):
        page = browser.get(path).content
        assert (b"<script>alert" in page, b"&lt;script&gt;alert" in page) == (False, True)


@pytest.mark.parametrize("path", [f"{USERS}{{}}/change/", USERS, "/admin/logout/"])
def test_every_form_needs_its_token(path: str) -> None:
    browser = browser_of()
    browser.handler.enforce_csrf_checks = True
    given = {"role": "Manager", "row_version": 1, "action": "delete_selected"}
    refused = browser.post(path.format(user("member@acme.example").id), given)
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert refused.json()["detail"].startswith("The form has no valid token")
    assert browser.get("/admin/").status_code == 200


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_of_very_many_fields_is_not_read(kind: str) -> None:
    part = "a=&" if "urlencoded" in kind else '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    read, refused = (Client().post("/admin/login/", part * n + "--x--", content_type=kind) for n in (900, 1_001))
    assert read.status_code == 200
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "application/json"]
)
def test_a_form_that_is_none_is_no_failure(kind: str) -> None:
    assert Client().post("/admin/login/", b"\xff\x00", content_type=kind).status_code in (200, 400)


def test_a_long_list_is_counted_no_further_than_people_turn_pages(
    browser: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", 120)
    caller = caller_as()
    publish(*(Event("note.made", caller.organization_id, None, "note", UUID(int=n), 1, {}) for n in range(150)))
    with django_assert_max_num_queries(6) as asked:
        page = browser.get(EVENTS).content

    assert OutboxEvent.objects.count() == 150
    assert b"120 outbox events" in page
    assert any("LIMIT 120" in one["sql"] for one in asked.captured_queries)


@pytest.mark.django_db(transaction=True)
def test_nothing_of_it_is_kept_by_a_browser_or_a_proxy() -> None:
    with application() as client:
        for path in ("/admin/", "/admin/login/", USERS, "/admin/jsi18n/", "/admin/nothing/", f"{USERS}?x__y=1"):
            answer = client.get(path)
            assert "no-store" in answer.headers["cache-control"], path
            assert "cookie" in answer.headers["vary"].lower(), path
