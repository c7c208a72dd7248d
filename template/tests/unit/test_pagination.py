"""Cursors: opaque, signed, of one list (template-owned)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.pagination import CursorCodec, Position, Sort, list_context
from app.kit.problems import ProblemError

CODEC = CursorCodec([b"k" * 32], "projects by name")
POSITION = Position("Apollo", UUID("00000000-0000-4000-8000-000000000001"))
VALUES = st.none() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def _refused(codec: CursorCodec, cursor: str) -> tuple[int, str]:
    with pytest.raises(ProblemError) as caught:
        codec.decode(cursor)
    return caught.value.kind.status, caught.value.errors[0].pointer


@given(VALUES, st.uuids())
def test_a_cursor_leads_back_to_its_row(value: object, row: UUID) -> None:
    cursor = CODEC.encode(Position(value, row))

    assert CODEC.decode(cursor) == Position(value, row)
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize("place", range(0, len(CODEC.encode(POSITION)) - 1, 7))
def test_a_changed_character_is_refused(place: int) -> None:
    cursor = CODEC.encode(POSITION)
    other = "A" if cursor[place] != "A" else "B"

    assert _refused(CODEC, cursor[:place] + other + cursor[place + 1 :]) == (422, "/query/cursor")


@given(st.text(max_size=60))
def test_no_text_of_someones_own_is_a_cursor(text: str) -> None:
    assert _refused(CODEC, text) == (422, "/query/cursor")


@pytest.mark.parametrize("cursor", ["", "=", "é", "A" * 10_000, "\x00", CODEC.encode(POSITION)[:-1]])
def test_broken_cursors_are_refused(cursor: str) -> None:
    assert _refused(CODEC, cursor) == (422, "/query/cursor")


def test_a_cursor_of_another_list_is_refused() -> None:
    other = CursorCodec([b"k" * 32], "projects by date")

    assert _refused(other, CODEC.encode(POSITION)) == (422, "/query/cursor")


def test_an_old_cursor_is_read_after_a_rotation_until_its_key_is_gone() -> None:
    cursor = CODEC.encode(POSITION)
    rotated = CursorCodec([b"n" * 32, b"k" * 32], CODEC.context)
    later = CursorCodec([b"n" * 32], CODEC.context)

    assert rotated.decode(cursor) == POSITION
    assert rotated.encode(POSITION) == later.encode(POSITION)
    assert _refused(later, cursor) == (422, "/query/cursor")


def test_a_time_stands_in_a_position_as_json_has_it() -> None:
    row_id = UUID(int=1)
    assert Position.of(datetime(2026, 1, 2, tzinfo=UTC), row_id) == Position("2026-01-02T00:00:00.000000Z", row_id)
    assert Position.of("Apollo", row_id) == Position("Apollo", row_id)
    assert Position.of(None, row_id) == Position(None, row_id)


def test_a_list_depends_on_whose_it_is_and_all_that_was_asked() -> None:
    user, other = UUID(int=1), UUID(int=2)
    contexts = {
        list_context("tasks", user, sort="due_at", deleted=False, filters={}),
        list_context("notes", user, sort="due_at", deleted=False, filters={}),
        list_context("tasks", other, sort="due_at", deleted=False, filters={}),
        list_context("tasks", user, sort="-due_at", deleted=False, filters={}),
        list_context("tasks", user, sort="due_at", deleted=True, filters={}),
        list_context("tasks", user, sort="due_at", deleted=False, filters={"status": "todo"}),
    }
    assert len(contexts) == 6


@pytest.mark.parametrize(("text", "key", "is_descending"), [("due_at", "due_at", False), ("-due_at", "due_at", True)])
def test_a_minus_puts_the_latest_first(text: str, key: str, is_descending: bool) -> None:
    assert Sort.of(text) == Sort(key, is_descending)
