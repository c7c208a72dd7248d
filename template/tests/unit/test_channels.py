"""Which channels carry an event (template-owned; guide, "Pub_Sub")."""

from typing import Any
from uuid import UUID

import pytest

from app.kit.channels import Message, messages_of, read_message
from app.kit.events import Event

UPDATES = "updates:00000000-0000-0000-0000-000000000001:note"


def channels(**data: Any) -> list[str]:
    event = Event("note.created", UUID(int=1), None, "note", UUID(int=2), 1, data)
    return [channel for channel, _ in messages_of([event])]


def test_everybody_in_the_organization_and_each_who_is_named_hears_of_it() -> None:
    assert channels() == [UPDATES]
    assert channels(notify=["u-1", "u-2"]) == [UPDATES, "notifications:u-1", "notifications:u-2"]


@pytest.mark.parametrize("notify", [None, "text", 5, {}])
def test_a_notify_that_is_no_list_names_nobody(notify: Any) -> None:
    assert channels(notify=notify) == [UPDATES]


@pytest.mark.parametrize(
    "got",
    [
        {"type": "subscribe", "channel": b"a", "data": 1},
        {"type": "pong", "channel": None, "data": b""},
        {"type": "message", "channel": b"a", "data": b"{"},
    ],
)
def test_what_is_no_message_is_passed_over(got: dict[str, Any]) -> None:
    assert read_message(got) is None


def test_a_message_is_read_as_json_made_it() -> None:
    assert read_message({"type": "message", "channel": b"a", "data": b'{"n":1}'}) == Message("a", {"n": 1})
