"""What ends a log-in at /admin: all that ends a session of the API (template-owned)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from tests.apps.application import PASSWORD
from tests.apps.people import ADMIN, browser_of, log_in

from app.apps.administration.pages import HELD
from app.apps.auth.services import change_password
from app.apps.redis.store import the_store
from app.apps.sessions.models import RefreshToken, Session
from app.apps.sessions.services import SessionsOf
from app.apps.users.models import User
from app.apps.users.services import change_user
from app.domain.caller import Caller

pytestmark = pytest.mark.usefixtures("seeded")
SESSIONS = "/admin/login_sessions/session/"


@pytest.fixture(autouse=True)
def _no_attempts() -> None:
    the_store().redis.flushdb()


@pytest.fixture
def admin(seeded: None) -> User:
    found: User = User.objects.get(email=ADMIN)
    return found


@pytest.fixture
def browser(admin: User) -> Client:
    browser = browser_of()
    assert is_in(browser)
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/admin/").status_code == 200


def session_of(browser: Client) -> Session:
    session_id, _ = browser.session[HELD]
    return Session.objects.get(id=session_id)


def by_another(admin: User) -> Caller:
    other = User.objects.get(email="superadmin@acme.example")
    return Caller(other.id, other.organization_id, other.role, session_id=other.id)


def test_it_is_a_session_like_any_other_but_without_tokens(browser: Client, admin: User) -> None:
    held = session_of(browser)
    assert (held.user_id, held.version, held.revoked_at) == (admin.id, 1, None)
    hours = (held.expires_at - datetime.now(UTC)) / timedelta(hours=1)
    assert 7.9 < hours <= 8
    assert not RefreshToken.objects.filter(session=held).exists()
    listed = log_in().get("/api/v1/auth/sessions").json()["items"]
    assert {(one["id"], one["current"]) for one in listed} >= {(str(held.id), False)}


def _log_out_everywhere(_: Client, __: User) -> None:
    assert log_in().post("/api/v1/auth/logout-all").status_code == 204


def _end_it_by_the_api(browser: Client, _: User) -> None:
    assert log_in().delete(f"/api/v1/auth/sessions/{session_of(browser).id}").status_code == 204


def _change_the_password(_: Client, admin: User) -> None:
    caller = Caller(admin.id, admin.organization_id, admin.role, session_id=admin.id)
    change_password(caller, current=PASSWORD, new="another long sentence of theirs", address=None)


def _deactivate(_: Client, admin: User) -> None:
    change_user(admin, caller=by_another(admin), values={"is_active": False})


def _give_another_role_that_administers(_: Client, admin: User) -> None:
    change_user(admin, caller=by_another(admin), values={"role": "SuperAdmin"})


def end_selected(by: Client, of: Client) -> None:
    form = {"action": "end_selected", "_selected_action": [str(session_of(of).id)]}
    assert by.post(SESSIONS, form).status_code == 302


def _end_it_by_another_administrator(browser: Client, _: User) -> None:
    end_selected(by=browser_of("superadmin@acme.example"), of=browser)


def _let_its_time_pass(browser: Client, _: User) -> None:
    Session.objects.filter(id=session_of(browser).id).update(expires_at=datetime.now(UTC))


def _delete_its_row(browser: Client, _: User) -> None:
    session_of(browser).delete()


@pytest.mark.parametrize(
    "end",
    [
        _log_out_everywhere,
        _end_it_by_the_api,
        _change_the_password,
        _deactivate,
        _give_another_role_that_administers,
        _end_it_by_another_administrator,
        _let_its_time_pass,
        _delete_its_row,
    ],
    ids=lambda end: end.__name__.strip("_"),
)
def test_it_ends_at_once(browser: Client, admin: User, end: Callable[[Client, User], None]) -> None:
    # Somebody deactivates the only other OrgAdmin there is.
    User.objects.filter(email="manager@acme.example").update(role="OrgAdmin")
    end(browser, admin)

    assert not is_in(browser)
    # The cookie is taken away, too.
    assert SESSION_KEY not in browser.session


def test_a_copied_cookie_is_no_good_after_the_log_out(browser: Client) -> None:
    copied, held = browser.cookies["sessionid"].value, session_of(browser)
    assert browser.post("/admin/logout/").status_code == 200
    held.refresh_from_db()
    assert held.revoked_at is not None

    thief = Client()
    thief.cookies["sessionid"] = copied
    assert not is_in(thief)


def test_a_cookie_that_names_no_session_is_no_good(browser: Client) -> None:
    session = browser.session
    del session[HELD]
    session.save()
    browser.cookies["sessionid"] = str(session.session_key)

    assert not is_in(browser)


def test_others_stay_in(browser: Client, admin: User) -> None:
    other = browser_of("superadmin@acme.example")
    SessionsOf(admin.id, admin.organization_id).end()

    assert (is_in(browser), is_in(other)) == (False, True)


def test_whoever_is_refused_begins_none() -> None:
    before = Session.objects.count()
    for email, password in (("member@acme.example", PASSWORD), (ADMIN, "wrong")):
        browser_of(email, password)
    assert Session.objects.count() == before


def test_a_superadmin_s_is_ended_by_a_superadmin_alone(browser: Client) -> None:
    theirs = browser_of("superadmin@acme.example")
    end_selected(by=browser, of=theirs)
    assert is_in(theirs)

    end_selected(by=theirs, of=theirs)
    assert not is_in(theirs)
