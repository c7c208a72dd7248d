"""The envelope of events, and what a write changed (template-owned)."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

from app.domain.caller import Caller
from app.domain.changes import changed_fields, deletion_fields, first_fields
from app.domain.events import registration_events
from app.kit.component import Component
from app.kit.events import Event
from app.kit.resource import Resource

ORGANIZATION, ROW = UUID(int=1), UUID(int=2)


def _event() -> Event:
    return Event("note.created", ORGANIZATION, None, "note", ROW, 1, {"name": "A"})


def test_an_event_knows_when_it_happened_in_utc() -> None:
    now = datetime.now(UTC)

    assert timedelta(0) <= now - _event().at + timedelta(seconds=5) < timedelta(seconds=10)
    assert _event().at.tzinfo is UTC


def test_each_event_has_an_id_of_its_own() -> None:
    assert _event().id != _event().id


def test_only_fields_that_differ_are_changes() -> None:
    before = SimpleNamespace(name="A", description="", visibility="organization")

    changes = changed_fields(before, {"name": "B", "description": "", "visibility": "public"})

    assert changes == {"name": {"from": "A", "to": "B"}, "visibility": {"from": "organization", "to": "public"}}


def test_a_change_of_nothing_is_empty() -> None:
    assert changed_fields(SimpleNamespace(name="A"), {"name": "A"}) == {}
    assert changed_fields(SimpleNamespace(name="A"), {}) == {}


def test_a_new_row_tells_what_it_has() -> None:
    assert first_fields({"name": "A", "description": "", "due_at": None}) == {
        "name": {"from": None, "to": "A"},
        "description": {"from": None, "to": ""},
    }


def test_a_deletion_tells_when_and_not_what_belonged_together() -> None:
    changes = changed_fields(SimpleNamespace(deleted_at=None, deletion_id=None), {"deleted_at": 1, "deletion_id": 2})

    assert deletion_fields(changes) == {"deleted_at": {"from": None, "to": 1}}


def test_a_registration_is_two_events_with_what_was_made() -> None:
    account = SimpleNamespace(id=ROW, version=1, email="a@x.example", name="Ada", role="OrgAdmin")
    caller = Caller(ROW, ORGANIZATION, "OrgAdmin", session_id=ROW)

    organization, user = registration_events(caller, account, "Acme")

    assert (organization.name, organization.resource_id, organization.version) == (
        "organization.created",
        ORGANIZATION,
        1,
    )
    assert organization.data == {"changes": {"name": {"from": None, "to": "Acme"}}}
    assert (user.name, user.resource_id, user.actor_id, user.organization_id) == (
        "user.created",
        ROW,
        ROW,
        ORGANIZATION,
    )
    assert user.data["changes"] == {
        "email": {"from": None, "to": "a@x.example"},
        "name": {"from": None, "to": "Ada"},
        "role": {"from": None, "to": "OrgAdmin"},
    }


def test_a_resource_names_all_that_happens_to_it() -> None:
    note = Resource(name="note", plural="notes", also=("printed",))

    assert note.events == ("note.created", "note.updated", "note.deleted", "note.restored", "note.printed")


def test_a_component_follows_the_resources_that_say_so() -> None:
    note, tag = Resource("note", "notes"), Resource("tag", "tags", audited=False)

    assert Component("alpha", follows="audited").followed([note, tag]) == note.events
    assert Component("alpha", follows="attachable").followed([note, tag]) == ()
    assert Component("alpha").followed([note, tag]) == ()


def test_a_component_extends_the_resources_that_say_so() -> None:
    note, tag = Resource("note", "notes", attachable=True), Resource("tag", "tags")

    assert Component("alpha", extends="attachable").extended([note, tag]) == (note,)
    assert Component("alpha").extended([note, tag]) == ()
