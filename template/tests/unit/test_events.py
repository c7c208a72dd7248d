"""The envelope of events, and what a write changed (template-owned)."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

from app.domain.changes import changed_fields, first_fields
from app.kit.events import Event

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
