"""What is acknowledged is committed (template-owned)."""

from collections.abc import AsyncIterator

import pytest
from tests.api.conftest import SettingsOf
from tests.api.database import execute, fetch
from tests.api.notes import notes_router
from tests.api.service import ADMIN, open_service

REFUSE_AT_COMMIT = """
    CREATE FUNCTION refuse() RETURNS TRIGGER AS $$ BEGIN RAISE EXCEPTION 'refused at commit'; END; $$ LANGUAGE plpgsql;
    CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION refuse();
"""


@pytest.fixture(params=["tried_notes", "outbox", "idempotency_keys"])
async def refusing_database(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[str]:
    await execute(database_url, REFUSE_AT_COMMIT.format(table=request.param))
    yield database_url
    await execute(database_url, f"DROP TRIGGER refuse ON {request.param}; DROP FUNCTION refuse;")


async def test_a_write_that_fails_at_its_commit_is_never_acknowledged(
    settings: SettingsOf, refusing_database: str
) -> None:
    async with open_service(settings(), notes_router(), log_in_as=ADMIN) as service:
        headers = {"Idempotency-Key": "once"}
        response = await service.client.post("/api/v1/tried-notes", json={"title": "lost"}, headers=headers)

    assert response.status_code == 500
    assert response.json()["type"] == "urn:problem:internal-error"
    for table in ("tried_notes", "outbox", "idempotency_keys"):
        assert await fetch(refusing_database, f"SELECT * FROM {table}") == []


async def test_what_committed_in_part_is_undone_as_a_whole(settings: SettingsOf, database_url: str) -> None:
    await execute(database_url, "ALTER TABLE outbox ADD CONSTRAINT never CHECK (name <> 'note.created')")
    try:
        async with open_service(settings(), notes_router(), log_in_as=ADMIN) as service:
            response = await service.client.post("/api/v1/tried-notes", json={"title": "half"})
    finally:
        await execute(database_url, "ALTER TABLE outbox DROP CONSTRAINT never")

    assert response.status_code == 500
    assert await fetch(database_url, "SELECT * FROM tried_notes") == []
