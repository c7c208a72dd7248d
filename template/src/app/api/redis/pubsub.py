"""What was committed, told to whoever listens now (template-owned; guide, "Pub_Sub").

`updates:{orgId}:{resourceType}` carries every event, `notifications:{userId}` those whose `data` names the user in
`notify`. A message may be lost, and one whose connection broke may come twice (its `id` tells): what must happen is a
handler of the outbox.
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress

import stamina
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from app.api.patience import within
from app.api.redis.client import CLOSED
from app.api.redis.store import Store, StoreError
from app.kit.channels import Message, messages_of, read_message
from app.kit.events import Event

_log = structlog.stdlib.get_logger(__name__)
_LOST = (RedisError, OSError, CLOSED)
# A quiet channel and a dead connection look alike: after this long without a word, ask.
_QUIET_SECONDS = 10.0
_ANSWER_SECONDS = 2.0
_MOST_SECONDS_BETWEEN_ATTEMPTS = 5.0


async def announce(store: Store, *events: Event) -> None:
    """Tell the listeners of committed events; without Redis nobody is told, and the caller never fails."""
    if not events:
        return
    messages = list(messages_of(events))

    async def publish(redis: Redis) -> None:
        async with redis.pipeline(transaction=False) as pipeline:
            for channel, body in messages:
                pipeline.publish(channel, body)
            await pipeline.execute()

    with suppress(StoreError):
        await store.run("publish", publish)


async def subscribe(store: Store, channels: Iterable[str]) -> AsyncGenerator[Message, None]:
    """The messages of these channels from now on, for ever; those of the time that Redis is away are lost.

    Close it when done: `async with aclosing(subscribe(…)) as messages`.
    """
    names = tuple(channels)
    while True:
        async with store.redis.pubsub() as pubsub:
            await _subscribe(pubsub, names)
            try:
                while True:
                    message = await _next(pubsub)
                    if message is not None:
                        yield message
            except _LOST as error:
                _log.warning("a subscription was lost", error=type(error).__name__)
                _cut_off(pubsub)


def _cut_off(pubsub: PubSub) -> None:
    # Over TLS a goodbye waits for the other side's, which says nothing any more.
    writer = getattr(pubsub.connection, "_writer", None)
    if writer is not None:
        writer.transport.abort()


async def _subscribe(pubsub: PubSub, names: tuple[str, ...]) -> None:
    """Subscribe, however long Redis is away."""
    attempts = stamina.retry_context(
        on=_LOST, attempts=None, timeout=None, wait_max=_MOST_SECONDS_BETWEEN_ATTEMPTS, wait_jitter=0.5
    )
    async for attempt in attempts:
        with attempt:
            await within(_ANSWER_SECONDS, pubsub.subscribe(*names))


async def _next(pubsub: PubSub) -> Message | None:
    got = await pubsub.get_message(timeout=_QUIET_SECONDS)
    if got is None:
        await within(_ANSWER_SECONDS, pubsub.ping())
        got = await pubsub.get_message(timeout=_ANSWER_SECONDS)
        if got is None:
            raise RedisConnectionError("no answer on a quiet subscription")
    return read_message(got)
