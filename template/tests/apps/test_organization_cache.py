"""The caller's organization comes from the cache (template-owned; guide, "Cache")."""

import httpx2
import pytest
from prometheus_client import REGISTRY
from tests.apps.application import application, bearer, execute, make_user, tokens_of

CURRENT = "/api/v1/organizations/current"
pytestmark = pytest.mark.django_db(transaction=True)


def counted(what: str) -> float:
    return REGISTRY.get_sample_value(f"cache_{what}_total", {"cache_name": "organization"}) or 0


def name(client: httpx2.Client, token: dict[str, str]) -> str:
    response = client.get(CURRENT, headers=token)
    assert response.status_code == 200
    assert response.headers["etag"] == f'"{response.json()["version"]}"'
    return str(response.json()["name"])


def test_a_second_read_asks_postgresql_nothing_and_a_change_is_read_at_once() -> None:
    make_user()
    with application() as client:
        token = bearer(tokens_of(client))
        hits, misses = counted("hits"), counted("misses")
        assert name(client, token) == "Acme"
        execute("ALTER TABLE organizations RENAME COLUMN name TO hidden")
        try:
            assert name(client, token) == "Acme"
        finally:
            execute("ALTER TABLE organizations RENAME COLUMN hidden TO name")
        assert (counted("hits") - hits, counted("misses") - misses) == (1, 1)

        changed = client.patch(CURRENT, json={"name": "Acme Ltd"}, headers=token | {"If-Match": '"1"'})
        assert changed.status_code == 200
        assert name(client, token) == "Acme Ltd"
