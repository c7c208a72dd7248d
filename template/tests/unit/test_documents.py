"""The audit trail's entries, their schema, and MONGODB_URL (template-owned)."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from tests.documents.entries import ACME, ADA, MOMENT, NOTE, RESTORATION, an_entry, an_old_entry, everything
from tests.environment import SECRET_KEY, core_settings, environment, service_environment, settings_of

from app.components import load_settings
from app.components.documents import DocumentsSettings
from app.domain import access
from app.domain.access import PERMISSIONS, scopes_of
from app.domain.caller import Caller
from app.domain.documents import (
    SCHEMA_VERSION,
    Wanted,
    cursors_of,
    document_of,
    entry_of,
    filter_of,
    page_of,
    read_document,
    replacement_of,
    select_entries,
)
from app.kit.documents.urls import parse_mongodb_url
from app.kit.events import Event
from app.kit.pagination import Position
from app.kit.problems import ProblemError
from app.kit.settings import SettingsError

CALLER = Caller(ADA, ACME, "OrgAdmin", session_id=UUID(int=9))
CORE = core_settings(SECRET_KEY=SECRET_KEY)


def _event(name: str, **data: object) -> Event:
    return Event(name, ACME, ADA, "note", NOTE, 2, data, at=MOMENT)


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("note.created", "created"),
        ("note.updated", "updated"),
        ("note.deleted", "deleted"),
        ("note.restored", "restored"),
        ("note.assigned", "updated"),
    ],
)
def test_an_entry_says_what_happened_in_one_of_four_words(name: str, action: str) -> None:
    assert entry_of(_event(name)).body == {"action": action, "changes": {}, "version": 2}


def test_an_event_makes_the_same_entry_each_time() -> None:
    event = _event("note.updated", changes={"name": {"from": "A", "to": "B"}}, notify=["x"])

    entry = entry_of(event)

    assert entry == entry_of(event)
    assert (entry.id, entry.at, entry.user_id, entry.resource_id) == (event.id, MOMENT, ADA, NOTE)
    assert entry.body["changes"] == {"name": {"from": "A", "to": "B"}}


def test_a_document_is_as_the_guide_has_it_and_gives_the_entry_back() -> None:
    entry, now = an_entry(), datetime.now(UTC)

    document = document_of(entry, now)

    assert document == {
        "_id": entry.id,
        "createdAt": now,
        "updatedAt": now,
        "deletedAt": None,
        "organizationId": ACME,
        "userId": ADA,
        "resource": "note",
        "resourceId": NOTE,
        "timestamp": MOMENT,
        "at": 1_767_323_045_678_901,
        "schemaVersion": SCHEMA_VERSION,
        "action": "updated",
        "changes": {"name": {"from": "A", "to": "B"}},
        "version": 2,
    }
    assert read_document(document) == entry


def test_an_entry_of_the_guides_own_schema_names_restorations_when_it_is_read() -> None:
    old = an_old_entry()

    assert old.is_outdated
    assert old.upgraded() == an_entry(id=old.id, body={**RESTORATION, "action": "restored", "version": 3})
    assert an_entry(id=old.id, schema_version=1).upgraded() == an_entry(id=old.id)


def test_an_entry_of_a_later_release_is_left_as_it_is() -> None:
    later = an_entry(schema_version=SCHEMA_VERSION + 1)

    assert not later.is_outdated
    assert later.upgraded() == later


def test_an_upgrade_replaces_only_what_nobody_upgraded_meanwhile() -> None:
    old, now = an_old_entry(), datetime.now(UTC)

    assert replacement_of(old, now) == (
        {"_id": old.id, "schemaVersion": 1},
        {
            "$set": {
                **RESTORATION,
                "action": "restored",
                "version": 3,
                "schemaVersion": SCHEMA_VERSION,
                "updatedAt": now,
            }
        },
    )


def test_a_selection_is_always_of_one_organization() -> None:
    row_id = uuid4()

    assert filter_of(everything()) == {"organizationId": ACME}
    assert filter_of(everything(resource="note", resource_id=NOTE, user_id=ADA)) == {
        "organizationId": ACME,
        "resource": "note",
        "resourceId": NOTE,
        "userId": ADA,
    }
    assert filter_of(everything(after=Position.of(MOMENT, row_id)))["$or"] == [
        {"at": {"$lt": 1_767_323_045_678_901}},
        {"at": 1_767_323_045_678_901, "_id": {"$lt": row_id}},
    ]


def test_an_id_needs_its_resource() -> None:
    wanted = Wanted(None, NOTE)
    with pytest.raises(ProblemError) as refused:
        select_entries(CALLER, wanted, cursors_of(CALLER, wanted, CORE), cursor=None, limit=20)

    assert (refused.value.kind.status, refused.value.errors[0].pointer) == (422, "/query/resource")


def test_whoever_may_read_only_their_own_sees_what_they_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "PERMISSIONS", {**PERMISSIONS, "Manager": ("audit:read:own",)})
    scopes_of.cache_clear()
    wanted, manager = Wanted(None, None), Caller(ADA, ACME, "Manager", session_id=UUID(int=9))

    own = select_entries(manager, wanted, cursors_of(manager, wanted, CORE), cursor=None, limit=20)
    scopes_of.cache_clear()

    assert own == everything(user_id=ADA, limit=21)


def test_a_page_ends_with_a_cursor_that_is_good_for_its_list_alone() -> None:
    wanted = Wanted("note", None)
    codec = cursors_of(CALLER, wanted, CORE)
    first, second = an_entry(1), an_entry()

    page = page_of([first, second], 1, codec)

    assert [item["id"] for item in page["items"]] == [first.id]
    selection = select_entries(CALLER, wanted, codec, cursor=page["next_cursor"], limit=1)
    assert selection.after_key == (first.at, first.id)
    other = cursors_of(CALLER, Wanted("tag", None), CORE)
    with pytest.raises(ProblemError, match="See errors"):
        select_entries(CALLER, Wanted("tag", None), other, cursor=page["next_cursor"], limit=1)
    assert page_of([first], 1, codec)["next_cursor"] is None


@pytest.mark.parametrize(
    ("url", "database"),
    [
        ("mongodb://localhost:27017/app_dev", "app_dev"),
        (f"mongodb://us%40er:p%3Ass@a:1,b:2/app?replicaSet=rs0&tls=true&tlsCAFile={__file__}", "app"),
        ("mongodb+srv://cluster.example.net/app?retryWrites=true", "app"),
    ],
)
def test_a_url_names_its_database(url: str, database: str) -> None:
    server = parse_mongodb_url(url)

    assert (server.url, server.database) == (url, database)
    assert "://" not in repr(server)


def test_what_documentdb_refuses_is_off_unless_the_url_says_so() -> None:
    arguments = parse_mongodb_url("mongodb://localhost/app").client_arguments(1.5)
    assert (arguments["retryWrites"], arguments["w"], arguments["timeoutMS"]) == (False, "majority", 1500)

    told = parse_mongodb_url("mongodb://localhost/app?retrywrites=true&w=1").client_arguments(1.5)
    assert told.keys() & {"retryWrites", "w"} == set()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hunter2/app", "it must look like mongodb://localhost:27017/app_dev"),
        ("mongodb://", "it must look like mongodb://localhost:27017/app_dev"),
        ("mongodb://a:hunter2@localhost", "it names no database: end it with /NAME"),
        ("mongodb://localhost/hunter2.x", "it names no database: end it with /NAME"),
        ("mongodb://a:b@localhost:hunter2/app", "a host, a port, an option or a password"),
        ("mongodb://a:hunter@2@localhost/app", "a host, a port, an option or a password"),
        ("mongodb://localhost/app?hunter2=1", "a host, a port, an option or a password"),
        (
            "mongodb://localhost/app?tls=true&tlsCAFile=/hunter2",
            "a file that it names, as tlsCAFile does, can't be read",
        ),
        ("mongodb://localhost/app?timeoutMS=hunter2", "a host, a port, an option or a password"),
    ],
)
def test_a_wrong_url_is_refused_without_showing_it(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_mongodb_url(url)

    assert why in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_documents_are_kept_in_postgresql_unless_a_server_is_named() -> None:
    assert settings_of().of(DocumentsSettings).backend == "embedded"
    assert settings_of(MONGODB_URL="mongodb://mongo.internal/app").of(DocumentsSettings).backend == "real"


def test_production_needs_a_server() -> None:
    with environment(service_environment(ENVIRONMENT="production")), pytest.raises(SettingsError) as caught:
        load_settings()

    fault = "MONGODB_URL: is not set; documents in PostgreSQL are for development: give a MongoDB or DocumentDB"
    assert fault in str(caught.value)
