"""What was committed, told to whoever listens now (template-owned; guide, "Pub_Sub").

`app.kit.channels` says who is told what. A message may be lost, and one whose connection broke may come twice (its `id`
tells): what must happen is a handler of the outbox.
"""

from collections.abc import Generator, Iterable
from contextlib import closing, suppress

import stamina
import structlog
from redis.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from app.apps.redis.store import Store, StoreError, the_store
from app.kit.channels import Message, messages_of, read_message
from app.kit.events import Event

_log = structlog.stdlib.get_logger(__name__)
_LOST = (RedisError, OSError)
# A quiet channel and a dead connection look alike: after this long without a word, ask.
_QUIET_SECONDS = 10.0
_ANSWER_SECONDS = 2.0
_MOST_SECONDS_BETWEEN_ATTEMPTS = 5.0


def announce(*events: Event, store: Store | None = None) -> None:
    """Tell the listeners of committed events; without Redis nobody is told, and the caller never fails."""
    if not events:
        return
    used = store or the_store()

    def publish() -> None:
        with used.redis.pipeline(transaction=False) as pipeline:
            for channel, body in messages_of(events):
                pipeline.publish(channel, body)
            pipeline.execute()

    with suppress(StoreError):
        used.run("publish", publish)


def subscribe(channels: Iterable[str], *, store: Store | None = None) -> Generator[Message, None, None]:
    """The messages of these channels from now on, for ever; those of the time that Redis is away are lost.

    Close it when done: `with closing(subscribe(…)) as messages`.
    """
    names = tuple(channels)
    while True:
        made: PubSub = (store or the_store()).redis.pubsub()  # type: ignore[no-untyped-call]
        with closing(made) as pubsub:
            _subscribe(pubsub, names)
            try:
                while True:
                    message = _next(pubsub)
                    if message is not None:
                        yield message
            except _LOST as error:
                _log.warning("a subscription was lost", error=type(error).__name__)


def _subscribe(pubsub: PubSub, names: tuple[str, ...]) -> None:
    """Subscribe, however long Redis is away."""
    attempts = stamina.retry_context(
        on=_LOST, attempts=None, timeout=None, wait_max=_MOST_SECONDS_BETWEEN_ATTEMPTS, wait_jitter=0.5
    )
    for attempt in attempts:
        with attempt:
            pubsub.subscribe(*names)


def _next(pubsub: PubSub) -> Message | None:
    got = pubsub.get_message(timeout=_QUIET_SECONDS)
    if got is None:
        pubsub.ping()
        got = pubsub.get_message(timeout=_ANSWER_SECONDS)
        if got is None:
            raise RedisConnectionError("no answer on a quiet subscription")
    return read_message(got)
