"""Files that are completed are scanned by a job; a scanner that is away holds them back (template-owned)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, text
from tests.antivirus.files import EICAR, clamd_settings, waiting
from tests.api.conftest import SettingsOf
from tests.api.database import fetch
from tests.api.service import ADMIN, Service, open_service
from tests.api.working import work_off
from tests.commands import free_port
from tests.storage.buckets import NOTE, announcement, somebody

from app.api.storage.completion import complete
from app.api.storage.service import announce, delete_attachment
from app.api.storage.stores import store_of
from app.api.storage.tables import Attachment
from app.domain.caller import Caller
from app.domain.storage import upload_of
from app.kit.jobs import SENT_AGAIN

REAL = pytest.param("real", marks=pytest.mark.integration("CLAMAV_HOST"))
AWAY = {"CLAMAV_HOST": "127.0.0.1", "CLAMAV_PORT": str(free_port()), "CLAMAV_TIMEOUT": "1s"}


@pytest.fixture
async def caller(database_url: str) -> Caller:
    (user,) = await fetch(database_url, f"SELECT id, organization_id FROM users WHERE email = '{ADMIN}'")
    return somebody(user["id"], user["organization_id"])


@pytest.fixture(params=["embedded", REAL])
async def service(request: pytest.FixtureRequest, settings: SettingsOf) -> AsyncIterator[Service]:
    async with open_service(settings(**(clamd_settings() if request.param == "real" else {}))) as service:
        yield service


async def completed(service: Service, caller: Caller, content: bytes) -> Any:
    async with service.runtime.database.transaction() as session:
        made = await announce(session, caller, NOTE, announcement(content), quota=1_000_000, below="")
    link = await store_of(service.runtime).upload_link(upload_of(made, SENT_AGAIN))
    assert (await service.client.put(link.url, content=content, headers=dict(link.headers))).status_code == 200
    row = await complete(service.runtime, caller, NOTE, made.id)
    assert row.status == "scanning"
    return row


async def statuses(service: Service) -> list[str]:
    async with service.runtime.database.transaction() as session:
        return list(await session.scalars(select(Attachment.status).order_by(Attachment.created_at)))


async def events(service: Service) -> list[Any]:
    async with service.runtime.database.transaction() as session:
        found = await session.execute(text("SELECT data FROM outbox WHERE name = 'attachment.scanned'"))
        return sorted(found.scalars(), key=lambda data: data["found"] or "")


async def test_a_file_is_clean_or_quarantined_once_it_was_scanned(service: Service, caller: Caller) -> None:
    for content in (b"nothing bad", EICAR):
        await completed(service, caller, content)
    await work_off(service.runtime)

    assert await statuses(service) == ["clean", "quarantined"]
    clean, bad = await events(service)
    assert (clean["found"], clean["changes"]) == (None, {"status": {"from": "scanning", "to": "clean"}})
    assert "eicar" in bad["found"].lower()
    # It is kept, for whoever has to look at it.
    assert len(await store_of(service.runtime).page("", 10, below="")) == 2


async def test_a_file_that_is_deleted_meanwhile_is_not_scanned(service: Service, caller: Caller) -> None:
    row = await completed(service, caller, EICAR)
    async with service.runtime.database.transaction() as session:
        await delete_attachment(session, caller, NOTE, row.id)
    await work_off(service.runtime)

    assert await statuses(service) == ["scanning"]
    assert await events(service) == []


async def test_whoever_deletes_a_file_does_not_wait_for_its_scan(settings: SettingsOf, caller: Caller) -> None:
    with waiting(b"stream: Eicar-Test-Signature FOUND\x00") as scan:
        # A lock that a scan held would be waited for no longer than this.
        async with open_service(settings(DATABASE_TIMEOUT="2s", **scan.settings)) as service:
            row = await completed(service, caller, EICAR)
            work = asyncio.create_task(work_off(service.runtime))
            assert await asyncio.to_thread(scan.begun.wait, 30)
            try:
                async with service.runtime.database.transaction() as session:
                    await delete_attachment(session, caller, NOTE, row.id)
            finally:
                scan.may_end.set()
                await work

            # Its bytes may be gone by now, and nobody asks any more.
            assert await statuses(service) == ["scanning"]
            assert await events(service) == []


async def test_while_the_scanner_is_away_files_are_held_back_and_then_scanned(
    settings: SettingsOf, caller: Caller
) -> None:
    async with open_service(settings(**AWAY)) as service:
        await completed(service, caller, EICAR)
        await work_off(service.runtime)
        assert await statuses(service) == ["scanning"]
    async with open_service(settings()) as service:
        async with service.runtime.database.transaction() as session:
            found = text("SELECT error, attempts, finished_at, queue FROM jobs WHERE name LIKE 'antivirus.%'")
            (job,) = await session.execute(found)
            assert tuple(job) == ("ConnectionRefusedError", 0, None, "scan")
            await session.execute(text("UPDATE jobs SET due_at = NOW()"))
        await work_off(service.runtime)
        assert await statuses(service) == ["quarantined"]
