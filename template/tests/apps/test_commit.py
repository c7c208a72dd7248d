"""What is acknowledged is committed (template-owned)."""

from collections.abc import Iterator

import pytest
from tests.apps.application import AUTH, application, execute

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = ("organizations", "users", "outbox")
REGISTRATION = {"email": "eve@globex.example", "password": "lanterns drift over quiet harbours", "name": "Eve"}


@pytest.fixture(params=TABLES)
def refusing(request: pytest.FixtureRequest) -> Iterator[str]:
    execute(
        "CREATE FUNCTION refuse() RETURNS TRIGGER AS $$ BEGIN RAISE EXCEPTION 'refused at commit'; END; $$"
        " LANGUAGE plpgsql"
    )
    execute(
        f"CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON {request.param} DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    yield str(request.param)
    execute(f"DROP TRIGGER refuse ON {request.param}")
    execute("DROP FUNCTION refuse")


def test_a_write_that_fails_at_its_commit_is_never_acknowledged(refusing: str) -> None:
    with application() as client:
        response = client.post(f"{AUTH}/register", json=REGISTRATION)

    assert response.status_code == 500
    assert response.json()["type"] == "urn:problem:internal-error"
    assert [execute(f"SELECT id FROM {table}") for table in TABLES] == [[], [], []]


def test_what_fails_in_part_is_undone_as_a_whole() -> None:
    execute("ALTER TABLE outbox ADD CONSTRAINT never CHECK (name <> 'user.created')")
    try:
        with application() as client:
            response = client.post(f"{AUTH}/register", json=REGISTRATION)
    finally:
        execute("ALTER TABLE outbox DROP CONSTRAINT never")

    assert response.status_code == 500
    assert [execute(f"SELECT id FROM {table}") for table in TABLES] == [[], [], []]
