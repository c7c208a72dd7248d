"""Events as messages on Redis channels (template-owned; guide, "Pub_Sub").

`updates:{orgId}:{resourceType}` carries every event, `notifications:{userId}` those whose `data` names the user in
`notify`.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from app.kit.events import Event
from app.kit.redis_keys import notifications_channel, updates_channel
from app.kit.strict_json import write_json


@dataclass(frozen=True)
class Message:
    """An event's envelope as JSON made it, and the channel that it came by."""

    channel: str
    event: dict[str, Any]


def messages_of(events: Iterable[Event]) -> Iterator[tuple[str, bytes]]:
    """What is published of events: the channel and the body of each message."""
    for event in events:
        body = write_json(asdict(event))
        notify = event.data.get("notify")
        users = notify if isinstance(notify, list) else []
        yield updates_channel(event.organization_id, event.resource), body
        for user in users:
            yield notifications_channel(user), body


def read_message(got: Mapping[str, Any]) -> Message | None:
    """The message in what Redis said; none where it is another word, or no JSON."""
    if got["type"] != "message":
        return None
    with suppress(orjson.JSONDecodeError):
        return Message(got["channel"].decode(), orjson.loads(got["data"]))
    return None
