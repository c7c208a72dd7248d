"""Attachments inside: quotas, races, what is cleaned up (template-owned; the contract suite holds the rest)."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from tests.api.conftest import SettingsOf
from tests.api.service import open_service
from tests.api.storage.conftest import Stored
from tests.storage.buckets import FOREIGN, NOTE, TEXT, a_download, an_upload, announcement, own_prefix

from app.api.outbox.tables import OutboxEvent
from app.api.runtime import Runtime
from app.api.storage import cleaning
from app.api.storage.completion import complete
from app.api.storage.service import announce, delete_attachment, read_attachment
from app.api.storage.stores import prefix_of
from app.api.storage.tables import Attachment
from app.components import find_components
from app.components.storage import StorageSettings, holds_back
from app.domain.caller import Caller
from app.domain.storage import new_key, upload_of
from app.kit.jobs import Job
from app.kit.problems import ProblemError
from app.kit.times import format_time

SERVED = "scanning" if holds_back(find_components()) else "not_scanned"
OLD = datetime.now(UTC) - timedelta(days=2)


async def announced(runtime: Runtime, caller: Caller, **given: Any) -> Any:
    async with runtime.database.transaction() as session:
        quota, below = runtime.settings.of(StorageSettings).storage_quota_bytes, prefix_of(runtime)
        return await announce(session, caller, NOTE, announcement(**given), quota=quota, below=below)


async def uploaded(stored: Stored, content: bytes = TEXT, **given: Any) -> Any:
    await stored.store.prepare()
    made = await announced(stored.runtime, stored.caller, content=content, **given)
    link = await stored.store.upload_link(upload_of(made, timedelta(minutes=5)))
    assert (await stored.send(link, content)).status_code == 200
    return made


async def do(runtime: Runtime, job: Any, **data: Any) -> None:
    async with runtime.database.transaction() as session:
        await job(runtime, session, Job("storage.job", data))


async def keys_of(stored: Stored) -> list[str]:
    return [each.key for each in await stored.store.page("", 100, below="")]


async def rows_of(runtime: Runtime) -> Sequence[Attachment]:
    async with runtime.database.transaction() as session:
        return (await session.scalars(select(Attachment))).all()


async def set_back(runtime: Runtime, moment: datetime) -> None:
    """Let all have changed then."""
    async with runtime.database.transaction() as session:
        await session.execute(text("ALTER TABLE attachments DISABLE TRIGGER trigger_update_updated_at"))
        await session.execute(text("UPDATE attachments SET updated_at = :moment"), {"moment": moment})
        await session.execute(text("ALTER TABLE attachments ENABLE TRIGGER trigger_update_updated_at"))


async def test_what_is_completed_is_at_a_key_that_no_link_can_write_to(stored: Stored) -> None:
    made = await uploaded(stored)
    row = await complete(stored.runtime, stored.caller, NOTE, made.id)

    assert (row.status, row.key != made.key, row.key.startswith(f"{own_prefix()}incoming/")) == (SERVED, True, False)
    assert await keys_of(stored) == [row.key]


async def test_of_many_completions_one_has_its_copy_and_no_other_is_left(stored: Stored) -> None:
    made = await uploaded(stored)
    work = (complete(stored.runtime, stored.caller, NOTE, made.id) for _ in range(5))
    found = await asyncio.gather(*work)

    (row,) = await rows_of(stored.runtime)
    assert {each.status for each in found} == {SERVED}
    assert (row.version, await keys_of(stored)) == (2, [row.key])


async def test_of_a_rejected_file_nothing_is_kept(stored: Stored) -> None:
    made = await uploaded(stored, b"a\x00b")
    row = await complete(stored.runtime, stored.caller, NOTE, made.id)

    assert (row.status, row.key, await keys_of(stored)) == ("rejected", None, [])


async def test_what_was_not_uploaded_can_not_be_completed(stored: Stored) -> None:
    await stored.store.prepare()
    made = await announced(stored.runtime, stored.caller)
    with pytest.raises(ProblemError) as refused:
        await complete(stored.runtime, stored.caller, NOTE, made.id)
    assert refused.value.kind.status == 409


async def test_files_announced_at_once_fit_together_into_the_quota(settings: SettingsOf, caller: Caller) -> None:
    async with open_service(settings(STORAGE_QUOTA_BYTES="100")) as service:
        work = (announced(service.runtime, caller, size=40) for _ in range(6))
        found = await asyncio.gather(*work, return_exceptions=True)

        refused = [each for each in found if isinstance(each, ProblemError)]
        assert ({each.kind.status for each in refused}, len(refused)) == ({409}, 4)
        rows = await rows_of(service.runtime)
        async with service.runtime.database.transaction() as session:
            await delete_attachment(session, caller, NOTE, rows[0].id)
        await announced(service.runtime, caller, size=40)


async def test_a_deleted_file_is_removed_by_the_next_cleaning(stored: Stored) -> None:
    made = await uploaded(stored)
    await complete(stored.runtime, stored.caller, NOTE, made.id)
    async with stored.runtime.database.transaction() as session:
        await delete_attachment(session, stored.caller, NOTE, made.id)
    await do(stored.runtime, cleaning.clean)

    (row,) = await rows_of(stored.runtime)
    assert (row.key, row.deleted_at is not None, await keys_of(stored)) == (None, True, [])


async def test_a_file_that_never_came_is_waited_for_no_longer_than_said(stored: Stored) -> None:
    made = await uploaded(stored)
    await do(stored.runtime, cleaning.clean)
    assert len(await keys_of(stored)) == 1

    await set_back(stored.runtime, OLD)
    await do(stored.runtime, cleaning.clean)
    assert await keys_of(stored) == []
    with pytest.raises(ProblemError):
        await read_attachment(stored.runtime.database, stored.caller, NOTE, made.id)


async def test_what_a_cleaning_deletes_is_told_as_nobodys_deed(stored: Stored) -> None:
    made = await uploaded(stored)
    await set_back(stored.runtime, OLD)
    await do(stored.runtime, cleaning.clean)

    (row,) = await rows_of(stored.runtime)
    assert row.deleted_at is not None
    async with stored.runtime.database.transaction() as session:
        found = select(OutboxEvent).where(OutboxEvent.name == "attachment.deleted")
        (event,) = (await session.scalars(found)).all()
    assert (event.resource, event.resource_id, event.actor_id) == ("attachment", made.id, None)
    # The cleaning has then removed the bytes, which is another change of the row.
    assert (event.organization_id, event.version, row.version) == (stored.caller.organization_id, 2, 3)
    assert event.data == {"changes": {"deleted_at": {"from": None, "to": format_time(row.deleted_at)}}}


async def test_a_cleaning_deletes_so_many_at_once(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "MOST_AT_ONCE", 2)
    await stored.store.prepare()
    for _ in range(3):
        await announced(stored.runtime, stored.caller)
    await set_back(stored.runtime, OLD)
    for left in (1, 0):
        await do(stored.runtime, cleaning.clean)
        rows = await rows_of(stored.runtime)
        assert len([row for row in rows if row.deleted_at is None]) == left
        assert len([row for row in rows if row.key]) == left

    async with stored.runtime.database.transaction() as session:
        assert list(await session.scalars(text("SELECT name FROM jobs"))) == ["storage.clean"]


async def test_a_file_that_can_be_downloaded_is_never_too_old(stored: Stored) -> None:
    made = await uploaded(stored)
    row = await complete(stored.runtime, stored.caller, NOTE, made.id)
    await set_back(stored.runtime, OLD - timedelta(days=365))
    await do(stored.runtime, cleaning.clean)

    assert await keys_of(stored) == [row.key]


async def test_objects_that_no_row_names_are_swept_away_after_a_day(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await uploaded(stored)
    row = await complete(stored.runtime, stored.caller, NOTE, made.id)
    lost = an_upload()
    await stored.send(await stored.store.upload_link(lost), TEXT)
    await do(stored.runtime, cleaning.sweep)
    assert await keys_of(stored) == sorted([row.key, lost.key])

    monkeypatch.setattr(cleaning, "is_left_over", lambda _modified, _now: True)
    await do(stored.runtime, cleaning.sweep)
    assert await keys_of(stored) == [row.key]


@pytest.mark.parametrize("below", FOREIGN)
async def test_a_sweep_leaves_what_others_keep_in_the_bucket(
    stored: Stored, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    await stored.store.prepare()
    theirs = an_upload(below=below)
    await stored.send(await stored.store.upload_link(theirs), TEXT)
    monkeypatch.setattr(cleaning, "is_left_over", lambda _modified, _now: True)
    await do(stored.runtime, cleaning.sweep)

    assert await keys_of(stored) == [theirs.key]


async def test_a_file_with_a_key_of_before_the_prefix_is_served_kept_and_removed(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, old = await uploaded(stored), new_key("", stored.caller.organization_id, datetime.now(UTC))
    await complete(stored.runtime, stored.caller, NOTE, made.id)
    (row,) = await rows_of(stored.runtime)
    await stored.store.keep(str(row.key), at=old)
    async with stored.runtime.database.transaction() as session:
        await session.execute(update(Attachment).values(key=old))
    monkeypatch.setattr(cleaning, "is_left_over", lambda _modified, _now: True)
    await do(stored.runtime, cleaning.sweep)
    link = await stored.store.download_link(a_download(old))
    assert (await stored.send(link)).content == TEXT

    async with stored.runtime.database.transaction() as session:
        await delete_attachment(session, stored.caller, NOTE, made.id)
    await do(stored.runtime, cleaning.clean)
    assert await keys_of(stored) == []


async def test_a_long_sweep_goes_on_in_another_job(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "MOST_AT_ONCE", 1)
    for _ in range(2):
        await uploaded(stored)
    (first, _) = await keys_of(stored)
    await do(stored.runtime, cleaning.sweep)

    async with stored.runtime.database.transaction() as session:
        found = await session.execute(text("SELECT name, data FROM jobs"))
        assert [tuple(row) for row in found] == [("storage.sweep", {"after": first})]
