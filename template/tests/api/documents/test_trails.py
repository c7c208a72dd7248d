"""The audit trail in PostgreSQL and in MongoDB: the same answers (template-owned)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from pymongo import MongoClient
from tests.api.conftest import SettingsOf
from tests.documents.entries import (
    BOB,
    GLOBEX,
    NOTE,
    a_named_organization,
    an_entry,
    an_old_entry,
    everything,
    indexes_at,
    own_mongo,
)

from app.api.documents.handlers import write_entry
from app.api.documents.migrate import upgrade_all
from app.api.documents.trails import Trail, open_trail, trail_of
from app.api.runtime import Runtime, make_runtime, open_runtime
from app.domain.documents import COLLECTION, SCHEMA_VERSION, entry_of
from app.kit.events import Event
from app.kit.metrics import DB_QUERY_SECONDS
from app.kit.pagination import Position

REAL = pytest.param("real", marks=pytest.mark.integration("MONGODB_URL"))


@pytest.fixture(params=["embedded", REAL])
async def runtime(request: pytest.FixtureRequest, settings: SettingsOf) -> AsyncIterator[Runtime]:
    with own_mongo() if request.param == "real" else nullcontext() as url:
        runtime = make_runtime(settings(**({"MONGODB_URL": url} if url else {})))
        async with open_runtime(runtime, {"documents": open_trail}):
            assert runtime.clients["documents"].backend == request.param
            yield runtime


@pytest.fixture
def trail(runtime: Runtime) -> Trail:
    return trail_of(runtime)


async def test_an_entry_is_given_as_it_was_kept(trail: Trail) -> None:
    kept = an_entry(
        body={"action": "created", "changes": {"a": {"from": None, "to": [1.5, {"b": "ü😀"}]}}, "version": 1}
    )
    await trail.write(kept)

    assert await trail.read(everything()) == [kept]


async def test_an_event_that_comes_twice_is_kept_once(runtime: Runtime, trail: Trail) -> None:
    event = Event("note.updated", everything().organization_id, None, "note", NOTE, 2, {"changes": {}})
    async with runtime.database.transaction() as session:
        for each in (event, event, replace(event, data={"changes": {"name": {"from": 1, "to": 2}}})):
            await write_entry(runtime, session, each)

    (kept,) = await trail.read(everything())
    assert kept.body == entry_of(event).body


async def test_what_entries_say_of_a_person_is_emptied_when_the_person_is_erased(
    runtime: Runtime, trail: Trail
) -> None:
    organization, user = everything().organization_id, UUID(int=7)
    email, role = {"from": None, "to": "ada@acme.example"}, {"from": "Guest", "to": "Member"}
    told = Event("user.created", organization, user, "user", user, 1, {"changes": {"email": email, "role": role}})
    foreign = replace(told, id=UUID(int=5), resource_id=UUID(int=8))
    named = a_named_organization()
    events = (told, foreign, named, Event("user.erased", organization, user, "user", user, 2, {}))
    async with runtime.database.transaction() as session:
        for each in events:
            await write_entry(runtime, session, each)

    entries = {entry.id: entry for entry in await trail.read(everything())}
    assert entries[told.id].body["changes"] == {"email": {"from": None, "to": None}, "role": role}
    assert entries[foreign.id].body["changes"] == {"email": email, "role": role}
    assert entries[named.id].body["changes"] == named.data["changes"]
    assert len(entries) == 4


async def test_what_an_organization_was_called_is_emptied_when_its_namesake_is_erased(
    runtime: Runtime, trail: Trail
) -> None:
    named = a_named_organization()
    note = replace(named, id=UUID(int=5), name="note.created", resource="note", resource_id=NOTE)
    erased = replace(named, id=UUID(int=6), name="organization.erased", data={})
    async with runtime.database.transaction() as session:
        for each in (named, note, erased):
            await write_entry(runtime, session, each)

    entries = {entry.id: entry for entry in await trail.read(everything())}
    assert entries[named.id].body["changes"] == {"name": {"from": None, "to": None}}
    assert entries[note.id].body["changes"] == named.data["changes"]


async def test_the_newest_come_first_whenever_they_are_told(trail: Trail) -> None:
    entries = [an_entry(later) for later in (3, 1, 2)]
    for entry in entries:
        await trail.write(entry)

    assert await trail.read(everything()) == [entries[0], entries[2], entries[1]]
    assert await trail.read(everything(limit=2)) == [entries[0], entries[2]]


async def test_pages_follow_each_other_where_many_are_of_one_moment(trail: Trail) -> None:
    entries = [an_entry(number // 4, id=UUID(int=number * 7919 % 101 + 1)) for number in range(12)]
    for entry in entries:
        await trail.write(entry)

    seen, after = [], None
    while page := await trail.read(everything(limit=5, after=after)):
        seen += page
        after = Position.of(page[-1].at, page[-1].id)
    assert seen == sorted(entries, key=lambda entry: (entry.at, entry.id), reverse=True)


async def test_nobody_sees_another_organization(trail: Trail) -> None:
    ours, theirs = an_entry(), an_entry(organization_id=GLOBEX)
    for entry in (ours, theirs):
        await trail.write(entry)

    assert await trail.read(everything()) == [ours]
    assert await trail.read(everything(organization_id=GLOBEX)) == [theirs]


@pytest.mark.parametrize(
    ("given", "those"),
    [
        ({"resource": "note"}, [0, 2]),
        ({"resource": "tag"}, [1]),
        ({"resource": "gone"}, []),
        ({"resource": "note", "resource_id": BOB}, [2]),
        ({"user_id": BOB}, [1]),
    ],
)
async def test_a_selection_narrows(trail: Trail, given: dict[str, Any], those: list[int]) -> None:
    entries = [an_entry(2), an_entry(1, resource="tag", user_id=BOB), an_entry(0, resource_id=BOB)]
    for entry in entries:
        await trail.write(entry)

    assert await trail.read(everything(**given)) == [entries[number] for number in those]


async def test_an_old_entry_is_upgraded_by_whoever_reads_it(trail: Trail) -> None:
    old, other = an_old_entry(), an_entry(1)
    for entry in (old, other):
        await trail.write(entry)
    assert await trail.count_outdated() == 1

    assert await trail.read(everything()) == [other, old.upgraded()]
    assert await trail.count_outdated() == 0
    assert await trail.read(everything()) == [other, old.upgraded()]


async def test_a_command_upgrades_those_that_nobody_reads(trail: Trail, capsys: pytest.CaptureFixture[str]) -> None:
    old, later = [an_old_entry(number) for number in range(3)], an_entry(9, schema_version=SCHEMA_VERSION + 1)
    for entry in (*old, later):
        await trail.write(entry)

    assert [await upgrade_all(trail), await upgrade_all(trail)] == [3, 0]
    assert capsys.readouterr().out.splitlines()[:2] == ["3 of 3", "All documents are of today's schema; 3 were not."]
    assert await trail.read(everything()) == [later, *(entry.upgraded() for entry in reversed(old))]


@pytest.mark.integration("MONGODB_URL")
async def test_mongodb_has_the_documents_and_indexes_of_the_guide(settings: SettingsOf) -> None:
    with own_mongo() as url:
        runtime = make_runtime(settings(MONGODB_URL=url))
        before = DB_QUERY_SECONDS.labels("insert")._sum.get()
        async with open_runtime(runtime, {"documents": open_trail}):
            await trail_of(runtime).write(an_entry())
            indexes = await asyncio.to_thread(indexes_at, url)
        with MongoClient[dict[str, Any]](url) as client:
            (document,) = client.get_default_database()[COLLECTION].find()

    assert {"createdAt", "updatedAt", "deletedAt", "organizationId", "schemaVersion"} <= document.keys()
    assert {(("organizationId", 1), ("createdAt", -1)), (("deletedAt", 1),)} <= indexes
    assert DB_QUERY_SECONDS.labels("insert")._sum.get() > before
