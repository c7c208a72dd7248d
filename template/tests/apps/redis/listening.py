"""Listeners of Redis channels (template-owned)."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from queue import Queue
from threading import Event, Thread
from typing import Any

from app.apps.redis.pubsub import subscribe
from app.apps.redis.store import the_store
from app.kit.channels import Message

_END = b'{"end": true}'


@contextmanager
def listening(*channels: str) -> Iterator["Queue[Message]"]:
    """Messages of these channels, from the time that Redis knows of the subscription."""
    heard: Queue[Message] = Queue()
    ends = Event()

    def listen() -> None:
        with closing(subscribe(channels)) as messages:
            for message in messages:
                if ends.is_set():
                    return
                heard.put(message)

    thread = Thread(target=listen, daemon=True)
    thread.start()
    try:
        until_subscribed(*channels)
        yield heard
    finally:
        ends.set()
        until_subscribed(*channels)
        the_store().redis.publish(channels[0], _END)
        thread.join(10)
        assert not thread.is_alive()


def until_subscribed(*channels: str) -> None:
    """Wait until Redis knows somebody who listens to each."""
    deadline = time.monotonic() + 20
    while True:
        known: Any = the_store().redis.pubsub_numsub(*channels)
        if all(count for _, count in known):
            return
        assert time.monotonic() < deadline
        time.sleep(0.01)
