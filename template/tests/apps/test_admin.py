"""/admin: who may come in, and that nothing there goes around the services (template-owned)."""

import re
import sys
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.cache import caches
from django.db.models import Model
from django.test import Client
from tests.apps.application import PASSWORD, application
from tests.apps.people import ADMIN, browser_of

from app.apps.idempotency.models import IdempotencyKey
from app.apps.organizations.models import Organization
from app.apps.outbox.models import OutboxEvent
from app.apps.redis.store import the_store
from app.apps.sessions.models import Session
from app.apps.users.models import User

pytestmark = pytest.mark.usefixtures("seeded")
MEMBER, OTHER = "member@acme.example", "admin@globex.example"
USERS = "/admin/users/user"


@pytest.fixture(autouse=True)
def _no_attempts() -> None:
    the_store().redis.flushdb()


def user(email: str) -> User:
    found: User = User.objects.get(email=email)
    return found


def page_of(email: str) -> str:
    return f"{USERS}/{user(email).id}/change/"


def change(browser: Client, email: str, **values: Any) -> Any:
    found = user(email)
    given = {"role": found.role, "row_version": found.version} | ({"is_active": "on"} if found.is_active else {})
    return browser.post(page_of(email), {k: v for k, v in (given | values).items() if v is not None})


def said(browser: Client) -> str:
    return "".join(re.findall(r'<li class="error">(.*?)</li>', browser.get(f"{USERS}/").content.decode()))


@pytest.mark.parametrize("email", [ADMIN, "superadmin@acme.example", " ADMIN@Acme.example "])
def test_those_who_administer_come_in(email: str) -> None:
    page = browser_of(email).get("/admin/")
    assert page.status_code == 200
    assert b"Users" in page.content


@pytest.mark.parametrize("email", ["guest@acme.example", MEMBER, "manager@acme.example"])
def test_others_are_refused_as_if_the_password_were_wrong(email: str) -> None:
    browser = Client()
    page = browser.post("/admin/login/", {"username": email, "password": PASSWORD})
    wrong = browser.post("/admin/login/", {"username": email, "password": "wrong"})
    assert (page.status_code, wrong.status_code) == (200, 200)
    assert b"errornote" in page.content
    assert browser.get("/admin/").status_code == 302


@pytest.mark.parametrize("change_of", [{"role": "Member"}, {"is_active": False}, {"password": "argon2$argon2id$x"}])
def test_a_role_an_activity_or_a_password_that_changes_ends_it(change_of: dict[str, Any]) -> None:
    browser = browser_of()
    assert browser.get("/admin/").status_code == 200
    User.objects.filter(email=ADMIN).update(**change_of)
    assert browser.get("/admin/").status_code == 302


@pytest.mark.parametrize("given", [{"username": "x", "password": "x"}, {"username": "", "password": "x\x00"}])
def test_nonsense_is_no_browser_of(given: dict[str, str]) -> None:
    assert Client().post("/admin/login/", given).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_wrong_passwords_are_limited_as_at_the_api() -> None:
    with application() as client:
        page = client.get("/admin/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token is not None
        form = {"username": ADMIN, "password": "wrong", "csrfmiddlewaretoken": token[1]}
        cookie = {"Cookie": f"csrftoken={page.cookies['csrftoken']}"}
        statuses = [client.post("/admin/login/", data=form, headers=cookie).status_code for _ in range(11)]
        assert statuses == [200] * 10 + [429]
        api = client.post("/api/v1/auth/login", json={"email": ADMIN, "password": PASSWORD})
    assert (api.status_code, "retry-after" in api.headers) == (429, True)


def test_a_form_without_its_token_is_refused() -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/admin/login/", {"username": ADMIN, "password": PASSWORD}).status_code == 403


def test_one_sees_ones_own_organization_alone() -> None:
    browser = browser_of()
    users, organizations = browser.get(f"{USERS}/"), browser.get("/admin/organizations/organization/")
    assert b"member@acme.example" in users.content
    assert b"globex" not in users.content + organizations.content.replace(b"Globex", b"globex")
    for method in (browser.get, browser.post):
        foreign = method(page_of(OTHER))
        assert (foreign.status_code, foreign["Location"]) in ((302, "/admin/"), (403, ""))
    globex = Organization.objects.get(name="Globex")
    assert browser.get(f"/admin/organizations/organization/{globex.id}/change/").status_code == 302
    assert browser_of("superadmin@acme.example").get(page_of(OTHER)).status_code == 302


def test_a_role_is_changed_by_the_service(django_capture_on_commit_callbacks: Any) -> None:
    assert change(browser_of(), MEMBER, role="Manager").status_code == 302

    found = user(MEMBER)
    assert (found.role, found.version, found.updated_by_id) == ("Manager", 2, user(ADMIN).id)
    event = OutboxEvent.objects.get(name="user.updated")
    assert (event.actor_id, event.data["changes"]) == (
        user(ADMIN).id,
        {"role": {"from": "Member", "to": "Manager"}},
    )


def test_whoever_is_deactivated_is_logged_out() -> None:
    member = user(MEMBER)
    Session.objects.create(id=uuid4(), user=member, expires_at="2100-01-01T00:00:00Z", device="x", key_id="x")
    change(browser_of(), MEMBER, is_active=None)

    assert user(MEMBER).is_active is False
    assert Session.objects.get(user=member).revoked_at is not None
    assert OutboxEvent.objects.filter(name="session.revoked").count() == 1


@pytest.mark.parametrize(
    ("email", "values", "word"),
    [
        (ADMIN, {"role": "Guest"}, "Nobody changes their own role or activity."),
        ("superadmin@acme.example", {"role": "Guest"}, "A SuperAdmin is changed by the command grant-role only."),
        (MEMBER, {"role": "Manager", "row_version": 7}, "Read the resource again"),
        (MEMBER, {"role": "Manager", "row_version": None}, "Read the resource again"),
    ],
)
def test_what_the_service_refuses_is_said_and_not_done(email: str, values: dict[str, Any], word: str) -> None:
    browser, before = browser_of(), user(email).role
    assert change(browser, email, **values).status_code == 302
    assert word in said(browser)
    assert user(email).role == before


def test_nobody_is_made_a_super_admin() -> None:
    page = change(browser_of(), MEMBER, role="SuperAdmin")
    assert page.status_code == 200
    assert b"errorlist" in page.content
    assert user(MEMBER).role == "Member"


def test_users_are_neither_made_nor_deleted_nor_given_a_password() -> None:
    browser = browser_of()
    assert browser.get(f"{USERS}/add/").status_code == 403
    assert browser.post(f"{USERS}/{user(MEMBER).id}/delete/", {"post": "yes"}).status_code == 403
    assert browser.get("/admin/password_change/").status_code == 404
    assert browser.get(f"{USERS}/{user(MEMBER).id}/history/").status_code == 404
    assert b"argon2" not in browser.get(page_of(MEMBER)).content


def test_the_organization_is_renamed_by_the_service() -> None:
    acme = Organization.objects.get(name="Acme")
    page = f"/admin/organizations/organization/{acme.id}/change/"
    assert browser_of().post(page, {"name": "Acme Ltd", "row_version": 1}).status_code == 302
    acme.refresh_from_db()
    assert (acme.name, acme.version) == ("Acme Ltd", 2)
    # Other tests have the same organization under its first name, on a database of their own.
    caches["organization"].clear()
    assert OutboxEvent.objects.filter(name="organization.updated").count() == 1


def test_sessions_of_the_organization_are_seen_and_ended() -> None:
    mine, foreign = (
        Session.objects.create(
            id=uuid4(), user=user(email), expires_at="2100-01-01T00:00:00Z", device=f"of {email}", key_id="x"
        )
        for email in (MEMBER, OTHER)
    )
    browser, path = browser_of(), "/admin/login_sessions/session/"
    page = browser.get(path).content
    assert (b"of member@acme.example" in page, b"globex" in page) == (True, False)
    assert browser.get(f"{path}{mine.id}/change/").status_code == 200
    browser.post(path, {"action": "end_selected", "_selected_action": [str(mine.id), str(foreign.id)]})
    ended = dict(Session.objects.values_list("id", "revoked_at"))
    assert (ended[mine.id] is None, ended[foreign.id] is None) == (False, True)


def test_every_page_of_every_model_opens() -> None:
    browser = browser_of()
    change(browser, MEMBER, role="Manager")
    for model in admin.site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert browser.get(path).status_code == 200, path
        for row in model._default_manager.all()[:1]:
            assert browser.get(f"{path}{row.pk}/change/").status_code in (200, 302), path


def administered() -> set[str]:
    """The tables that have a page, or stand on one of another."""
    inline = (one.model for page in admin.site._registry.values() for one in page.inlines)
    return {model._meta.db_table for model in (*admin.site._registry, *inline)}


def comes_with_the_template(model: type[Model]) -> bool:
    """Whether the file's first line says so: a table that you add is not asked for a page."""
    line = (sys.modules[model.__module__].__doc__ or "").partition("\n")[0]
    return "(template-owned)" in line or "(sample" in line


def test_every_model_of_the_template_has_a_page() -> None:
    tables = {model._meta.db_table for model in apps.get_models() if comes_with_the_template(model)}
    assert "users" in tables
    assert tables - administered() == set()


def test_kept_answers_are_listed_without_what_was_answered() -> None:
    for email, key in ((MEMBER, "theirs"), (OTHER, "foreign")):
        given = {"method": "POST", "path": "/api/v1/tasks", "request_hash": b"", "status": 201, "body": "hunter2"}
        IdempotencyKey.objects.create(user=user(email), key=key, **given)
    browser, path = browser_of(), "/admin/idempotency/keptanswer/"
    page = browser.get(path).content
    assert (b"theirs" in page, b"foreign" in page, b"hunter2" in page) == (True, False, False)
    assert browser.get(f"{path}theirs/change/").status_code == 404
    assert browser.get(f"{path}add/").status_code == 403
    assert browser.post(f"{path}theirs/delete/", {"post": "yes"}).status_code == 403
