"""Listeners of Redis channels (template-owned)."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from queue import Queue
from threading import Event, Thread
from typing import Any

from redis.exceptions import RedisError

from app.apps.redis.pubsub import subscribe
from app.apps.redis.store import Store, the_store
from app.kit.channels import Message

_END = b'{"end": true}'


@contextmanager
def listening(*channels: str, store: Store | None = None) -> Iterator["Queue[Message]"]:
    """Messages of these channels, from the time that Redis knows of the subscription."""
    used = store or the_store()
    heard: Queue[Message] = Queue()
    ends = Event()

    def listen() -> None:
        with closing(subscribe(channels, store=used)) as messages:
            for message in messages:
                if ends.is_set():
                    return
                heard.put(message)

    thread = Thread(target=listen, daemon=True)
    thread.start()
    try:
        until_subscribed(*channels, store=used)
        yield heard
    finally:
        ends.set()
        until_subscribed(*channels, store=used)
        used.redis.publish(channels[0], _END)
        thread.join(10)
        assert not thread.is_alive()


def until_subscribed(*channels: str, store: Store | None = None, listeners: int = 1) -> None:
    """Wait until Redis, which may be away at first, knows so many who listen to each."""
    deadline = time.monotonic() + 20
    while not _all_heard(store or the_store(), channels, listeners):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _all_heard(store: Store, channels: tuple[str, ...], listeners: int) -> bool:
    with suppress(RedisError, OSError):
        known: Any = store.redis.pubsub_numsub(*channels)
        return all(count >= listeners for _, count in known)
    return False
