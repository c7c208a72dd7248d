"""The demo people inside the tests' own process (template-owned)."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import uuid4

from django.db import connection, connections, transaction
from django.test import Client as Browser
from rest_framework.test import APIClient
from tests.apps.application import PASSWORD

from app.apps.outbox.models import OutboxEvent
from app.apps.runtime import core_settings
from app.apps.sessions.services import Client, open_session
from app.apps.users.models import User
from app.domain.caller import Caller
from app.domain.log_in import make_tokens

T = TypeVar("T")
ADMIN = "admin@acme.example"


def caller_as(email: str = ADMIN) -> Caller:
    """The caller that a request of theirs would have."""
    user = User.objects.get(email=email)
    return Caller(user.id, user.organization_id, user.role, session_id=uuid4())


def log_in(email: str = ADMIN) -> APIClient:
    """A client with a session that is opened without the time that a password takes."""
    user = User.objects.get(email=email)
    opened, token = open_session(user.id, user.organization_id, Client("192.0.2.1", "tests"), core_settings())
    tokens = make_tokens(opened, user, token, core_settings())
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
    return client


def at_once(pool: ThreadPoolExecutor, work: Callable[..., T], *arguments: Any) -> "Future[T]":
    """Do it in a thread, in a transaction and on a connection of its own."""

    def run() -> T:
        try:
            with transaction.atomic():
                return work(*arguments)
        finally:
            connections.close_all()

    return pool.submit(run)


def told(resource: str) -> list[tuple[str, int, dict[str, Any]]]:
    """Name, version and data of the events about a resource, in their order."""
    return list(OutboxEvent.objects.filter(resource=resource).order_by("at").values_list("name", "version", "data"))


def statements(queries: list[dict[str, str]]) -> list[str]:
    """The first words of what was sent to PostgreSQL, without what only begins and ends transactions."""
    words = [" ".join(query["sql"].split()[:1]) for query in queries]
    return [word for word in words if word in ("SELECT", "INSERT", "UPDATE", "DELETE")]


def until_waiting(number: int) -> None:
    """Wait until so many wait for a lock in this database."""
    with connection.cursor() as cursor:
        for _ in range(1_000):
            cursor.execute(
                "SELECT pg_stat_clear_snapshot(), pg_sleep(0.01), count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[2] >= number:
                return
    raise AssertionError(f"there are no {number} who wait for a lock")


def browser_of(email: str = ADMIN, password: str = PASSWORD) -> Browser:
    """Somebody's browser at /admin, logged in if the password is right and the role administers."""
    browser = Browser()
    browser.post("/admin/login/", {"username": email, "password": password, "next": "/admin/"})
    return browser
