"""The application in this process, and people who use it (template-owned)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx2
from django.contrib.auth.hashers import make_password
from django.db import connection

from app.apps.organizations.models import Organization
from app.apps.redis.store import the_store
from app.apps.users.models import User
from app.kit.logs import current_request, current_trace
from app.site.wsgi import make_application

PASSWORD = "a long sentence of the tests"
EMAIL = "ann@acme.example"
AUTH = "/api/v1/auth"


@contextmanager
def application() -> Iterator[httpx2.Client]:
    """A client of it; Redis holds nothing."""
    the_store().redis.flushdb()
    with httpx2.Client(
        transport=httpx2.WSGITransport(app=make_application()), base_url="http://acme.example"
    ) as client:
        yield client
    # A thread of the process would have a context of its own.
    current_request.set(None)
    current_trace.set(None)


def make_user(email: str = EMAIL, role: str = "OrgAdmin", organization_id: UUID | None = None) -> User:
    """Somebody, in an organization of their own unless one is given."""
    if organization_id is None:
        organization_id = Organization.objects.create(name="Acme").id
    fields = {"email": email, "name": "Ann", "role": role, "password": make_password(PASSWORD)}
    user: User = User.objects.create(organization_id=organization_id, **fields)
    return user


def log_in(client: httpx2.Client, email: str = EMAIL, password: str = PASSWORD, address: str = "") -> httpx2.Response:
    """Log in from an address, where the application believes a proxy."""
    headers = {"X-Forwarded-For": address} if address else {}
    return client.post(f"{AUTH}/login", json={"email": email, "password": password}, headers=headers)


def tokens_of(client: httpx2.Client, email: str = EMAIL) -> dict[str, Any]:
    """What a log-in gives."""
    response = log_in(client, email)
    assert response.status_code == 200, response.text
    tokens: dict[str, Any] = response.json()
    return tokens


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    """The header of whoever has these tokens."""
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def execute(statement: str) -> list[tuple[Any, ...]]:
    """Run a statement; its rows, if it gives any."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []
