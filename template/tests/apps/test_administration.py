"""What stands around /admin, and around that path alone (template-owned)."""

from typing import Any

import pytest
from django.test import Client
from tests.apps.application import application, bearer, execute, make_user, tokens_of
from tests.apps.people import browser_of
from tests.commands import run, serving
from tests.environment import settings_of

from app.apps.redis.store import the_store

USERS = "/admin/users/user"
pytestmark = pytest.mark.usefixtures("seeded")


@pytest.fixture(autouse=True)
def _no_attempts() -> None:
    the_store().redis.flushdb()


def test_cookies_are_of_this_path_alone_and_secure() -> None:
    browser = browser_of()
    for name in ("sessionid", "csrftoken"):
        cookie = browser.cookies[name]
        assert (cookie["path"], bool(cookie["secure"]), bool(cookie["httponly"])) == ("/admin/", True, True)
    assert Client().get("/health/live").cookies == {}


def test_every_answer_there_has_its_own_policy_and_no_other_has_it() -> None:
    browser = browser_of()
    for path in ("/admin/", "/admin/login/", f"{USERS}/", "/admin/nothing/"):
        assert browser.get(path)["Content-Security-Policy"].startswith("default-src 'self';"), path
    assert "Content-Security-Policy" not in browser.get("/health/live")


@pytest.mark.django_db(transaction=True)
def test_its_files_are_served_with_the_policy_and_may_be_kept() -> None:
    with application() as client:
        style = client.get("/admin/static/admin/css/base.css")
        page = client.get("/admin/login/")
        outside = client.get("/admin/static/../../settings.py")
    assert (style.status_code, style.headers["cache-control"]) == (200, "max-age=86400, public")
    assert style.headers["content-type"].startswith("text/css")
    for answer in (style, page):
        assert answer.headers["content-security-policy"].startswith("default-src 'self';")
        assert answer.headers["x-frame-options"] == "DENY"
        assert len(answer.headers.get_list("cache-control")) == 1
    assert "style=" not in page.text
    assert outside.status_code in (302, 404)


@pytest.mark.django_db(transaction=True)
def test_a_body_that_is_too_large_is_413(settings: Any) -> None:
    settings.SERVICE = settings_of(BODY_LIMIT="2048")
    with application() as client:
        assert client.post("/admin/login/", data={"username": "x" * 4000}).status_code == 413


@pytest.mark.django_db(transaction=True)
def test_a_session_of_the_api_opens_nothing_there() -> None:
    make_user("ann@acme.example")
    with application() as client:
        token = bearer(tokens_of(client, "ann@acme.example"))
        assert client.get("/admin/", headers=token).status_code == 302


def test_it_adds_no_table() -> None:
    tables = {str(name) for (name,) in execute("SELECT name FROM django_migrations WHERE app IN ('admin', 'sessions')")}
    assert tables == set()


def test_where_it_is_disabled_there_is_no_such_path(tmp_path: Any) -> None:
    with serving(tmp_path / "log", ADMIN_ENABLED="false") as service:
        answers = [service.client.get(path) for path in ("/admin", "/admin/", "/admin/static/admin/css/base.css")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    done = run("manage", "check", ADMIN_ENABLED="false")
    assert done.returncode == 0, done.stderr
