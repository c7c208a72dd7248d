"""A cleaning that the store lets finish only in part: what was removed is known to the next one (template-owned)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from tests.api.conftest import SettingsOf
from tests.api.service import open_service
from tests.storage.buckets import NOTE, announcement
from tests.storage.removals import Answer, Removals, removing

from app.api.runtime import Runtime
from app.api.storage import cleaning
from app.api.storage.service import announce, delete_attachment
from app.api.storage.tables import Attachment
from app.domain.caller import Caller
from app.kit.jobs import Job
from app.kit.problems import ProblemError
from app.kit.storage.objects import NotRemovedError


@asynccontextmanager
async def deleted_files(
    settings: SettingsOf, caller: Caller, *answers: Answer
) -> AsyncIterator[tuple[Runtime, Removals, list[str]]]:
    """A service with three deleted files, their store, and their keys."""
    with removing(*answers) as store:
        async with open_service(settings(**store.settings)) as service:
            keys = [await _deleted(service.runtime, caller) for _ in range(3)]
            yield service.runtime, store, keys


async def _deleted(runtime: Runtime, caller: Caller) -> str:
    async with runtime.database.transaction() as session:
        row = await announce(session, caller, NOTE, announcement(), quota=1_000_000, below="")
    async with runtime.database.transaction() as session:
        await delete_attachment(session, caller, NOTE, row.id)
    return str(row.key)


@pytest.fixture(autouse=True)
def _one_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.domain.storage.REMOVED_AT_ONCE", 1)


async def clean(runtime: Runtime) -> None:
    async with runtime.database.transaction() as session:
        await cleaning.clean(runtime, session, Job("storage.clean"))


async def named(runtime: Runtime) -> Sequence[str | None]:
    """The keys that rows have, in the order of their deletion."""
    async with runtime.database.transaction() as session:
        return (await session.scalars(select(Attachment.key).order_by(Attachment.created_at))).all()


async def jobs(runtime: Runtime) -> Sequence[str]:
    async with runtime.database.transaction() as session:
        return (await session.scalars(text("SELECT name FROM jobs"))).all()


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
async def test_the_next_cleaning_goes_on_after_what_was_removed(
    settings: SettingsOf, caller: Caller, trouble: Answer
) -> None:
    async with deleted_files(settings, caller, "removes", trouble, "removes") as (runtime, store, keys):
        await clean(runtime)
        assert await named(runtime) == [None, *keys[1:]]
        assert await jobs(runtime) == ["storage.clean"]

        await clean(runtime)
        assert await named(runtime) == [None, None, None]
        assert store.asked == [[keys[0]], [keys[1]], [keys[1]], [keys[2]]]


async def test_a_cleaning_whose_time_is_up_leaves_the_rest_to_another(
    settings: SettingsOf, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning, "LONGEST_CLEANING", timedelta(0))
    async with deleted_files(settings, caller, "removes") as (runtime, _, keys):
        for left in (keys[1:], keys[2:], []):
            await clean(runtime)
            assert [key for key in await named(runtime) if key] == left
        assert await jobs(runtime) == ["storage.clean", "storage.clean"]


async def test_where_nothing_can_be_removed_the_job_fails(settings: SettingsOf, caller: Caller) -> None:
    async with deleted_files(settings, caller, "fails") as (runtime, _, keys):
        with pytest.raises(ProblemError):
            await clean(runtime)
        assert await named(runtime) == keys


async def test_what_the_store_refuses_to_remove_is_asked_for_again_and_holds_up_nothing(
    settings: SettingsOf, caller: Caller
) -> None:
    async with deleted_files(settings, caller, "refuses", "removes", "removes", "refuses") as (runtime, _, keys):
        await clean(runtime)
        assert await named(runtime) == [keys[0], None, None]
        assert await jobs(runtime) == []

        with pytest.raises(NotRemovedError):
            await clean(runtime)
        assert await named(runtime) == [keys[0], None, None]


async def test_one_request_removes_as_many_as_the_store_takes_and_tells_which_it_refused(
    settings: SettingsOf, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.domain.storage.REMOVED_AT_ONCE", 100)
    async with deleted_files(settings, caller, "refuses the first") as (runtime, store, keys):
        await clean(runtime)
        assert await named(runtime) == [keys[0], None, None]
        assert store.asked == [keys]
