"""The audit trail in PostgreSQL and in MongoDB: the same answers (template-owned)."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from pymongo import MongoClient
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
from tests.environment import settings_of

from app.apps.documents import handlers
from app.apps.documents.mongo import MongoTrail
from app.apps.documents.trails import Trail, open_trail
from app.domain.documents import COLLECTION, SCHEMA_VERSION, entry_of
from app.kit.events import Event
from app.kit.metrics import DB_QUERY_SECONDS
from app.kit.pagination import Position
from app.site.documents.migrate import upgrade_all

REAL = pytest.param("real", marks=pytest.mark.integration("MONGODB_URL"))


@pytest.fixture(params=["embedded", REAL])
def trail(request: pytest.FixtureRequest, db: None) -> Iterator[Trail]:
    with own_mongo() if request.param == "real" else nullcontext() as url:
        trail = open_trail(settings_of(**({"MONGODB_URL": url} if url else {})))
        assert trail.backend == request.param
        yield trail
        if isinstance(trail, MongoTrail):
            trail.close()


def test_an_entry_is_given_as_it_was_kept(trail: Trail) -> None:
    kept = an_entry(
        body={"action": "created", "changes": {"a": {"from": None, "to": [1.5, {"b": "ü😀"}]}}, "version": 1}
    )
    trail.write(kept)

    assert trail.read(everything()) == [kept]


def test_an_event_that_comes_twice_is_kept_once(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "the_trail", lambda: trail)
    event = Event("note.updated", everything().organization_id, None, "note", NOTE, 2, {"changes": {}})
    for each in (event, event, replace(event, data={"changes": {"name": {"from": 1, "to": 2}}})):
        handlers.write_entry(each)

    (kept,) = trail.read(everything())
    assert kept.body == entry_of(event).body


def test_what_entries_say_of_a_person_is_emptied_when_the_person_is_erased(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "the_trail", lambda: trail)
    organization, user = everything().organization_id, UUID(int=7)
    email, role = {"from": None, "to": "ada@acme.example"}, {"from": "Guest", "to": "Member"}
    told = Event("user.created", organization, user, "user", user, 1, {"changes": {"email": email, "role": role}})
    foreign = replace(told, id=UUID(int=5), resource_id=UUID(int=8))
    named = a_named_organization()
    events = (told, foreign, named, Event("user.erased", organization, user, "user", user, 2, {}))
    for each in events:
        handlers.write_entry(each)

    entries = {entry.id: entry for entry in trail.read(everything())}
    assert entries[told.id].body["changes"] == {"email": {"from": None, "to": None}, "role": role}
    assert entries[foreign.id].body["changes"] == {"email": email, "role": role}
    assert entries[named.id].body["changes"] == named.data["changes"]
    assert len(entries) == 4


def test_what_an_organization_was_called_is_emptied_when_its_namesake_is_erased(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "the_trail", lambda: trail)
    named = a_named_organization()
    note = replace(named, id=UUID(int=5), name="note.created", resource="note", resource_id=NOTE)
    erased = replace(named, id=UUID(int=6), name="organization.erased", data={})
    for each in (named, note, erased):
        handlers.write_entry(each)

    entries = {entry.id: entry for entry in trail.read(everything())}
    assert entries[named.id].body["changes"] == {"name": {"from": None, "to": None}}
    assert entries[note.id].body["changes"] == named.data["changes"]


def test_the_newest_come_first_whenever_they_are_told(trail: Trail) -> None:
    entries = [an_entry(later) for later in (3, 1, 2)]
    for entry in entries:
        trail.write(entry)

    assert trail.read(everything()) == [entries[0], entries[2], entries[1]]
    assert trail.read(everything(limit=2)) == [entries[0], entries[2]]


def test_pages_follow_each_other_where_many_are_of_one_moment(trail: Trail) -> None:
    entries = [an_entry(number // 4, id=UUID(int=number * 7919 % 101 + 1)) for number in range(12)]
    for entry in entries:
        trail.write(entry)

    seen, after = [], None
    while page := trail.read(everything(limit=5, after=after)):
        seen += page
        after = Position.of(page[-1].at, page[-1].id)
    assert seen == sorted(entries, key=lambda entry: (entry.at, entry.id), reverse=True)


def test_nobody_sees_another_organization(trail: Trail) -> None:
    ours, theirs = an_entry(), an_entry(organization_id=GLOBEX)
    for entry in (ours, theirs):
        trail.write(entry)

    assert trail.read(everything()) == [ours]
    assert trail.read(everything(organization_id=GLOBEX)) == [theirs]


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
def test_a_selection_narrows(trail: Trail, given: dict[str, Any], those: list[int]) -> None:
    entries = [an_entry(2), an_entry(1, resource="tag", user_id=BOB), an_entry(0, resource_id=BOB)]
    for entry in entries:
        trail.write(entry)

    assert trail.read(everything(**given)) == [entries[number] for number in those]


def test_an_old_entry_is_upgraded_by_whoever_reads_it(trail: Trail) -> None:
    old, other = an_old_entry(), an_entry(1)
    for entry in (old, other):
        trail.write(entry)
    assert trail.count_outdated() == 1

    assert trail.read(everything()) == [other, old.upgraded()]
    assert trail.count_outdated() == 0
    assert trail.read(everything()) == [other, old.upgraded()]


def test_a_command_upgrades_those_that_nobody_reads(trail: Trail, capsys: pytest.CaptureFixture[str]) -> None:
    old, later = [an_old_entry(number) for number in range(3)], an_entry(9, schema_version=SCHEMA_VERSION + 1)
    for entry in (*old, later):
        trail.write(entry)

    assert [upgrade_all(trail), upgrade_all(trail)] == [3, 0]
    assert capsys.readouterr().out.splitlines()[:2] == ["3 of 3", "All documents are of today's schema; 3 were not."]
    assert trail.read(everything()) == [later, *(entry.upgraded() for entry in reversed(old))]


@pytest.mark.integration("MONGODB_URL")
def test_mongodb_has_the_documents_and_indexes_of_the_guide() -> None:
    with own_mongo() as url:
        trail, before = open_trail(settings_of(MONGODB_URL=url)), DB_QUERY_SECONDS.labels("insert")._sum.get()
        assert isinstance(trail, MongoTrail)
        trail.write(an_entry())
        indexes = indexes_at(url)
        trail.close()
        with MongoClient[dict[str, Any]](url) as client:
            (document,) = client.get_default_database()[COLLECTION].find()

    assert {"createdAt", "updatedAt", "deletedAt", "organizationId", "schemaVersion"} <= document.keys()
    assert {(("organizationId", 1), ("createdAt", -1)), (("deletedAt", 1),)} <= indexes
    assert DB_QUERY_SECONDS.labels("insert")._sum.get() > before
