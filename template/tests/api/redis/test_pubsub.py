"""Events told to whoever listens, on a real Redis (template-owned)."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from tests.api.conftest import SettingsOf
from tests.api.database import execute
from tests.api.working import work_off
from tests.forwarding import forwarding
from tests.own_servers import own_valkey

from app.api.outbox.publish import publish
from app.api.redis import pubsub
from app.api.redis.pubsub import announce, subscribe
from app.api.redis.store import Store, open_store
from app.api.runtime import Runtime, make_runtime
from app.api.slices import Slice
from app.kit.channels import Message
from app.kit.events import Event

USER, OTHER = UUID(int=1), UUID(int=2)


def _event(organization: UUID, number: int = 1, **data: Any) -> Event:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    return Event("note.created", organization, USER, "note", UUID(int=9), number, data, id=UUID(int=number), at=at)


@asynccontextmanager
async def _store(settings_anywhere: SettingsOf, url: str) -> AsyncIterator[Store]:
    store = open_store(settings_anywhere(REDIS_URL=url).core)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _listening(store: Store, *channels: str) -> AsyncIterator["asyncio.Queue[Message]"]:
    """Messages of these channels, from the time that Redis knows of the subscription."""
    heard: asyncio.Queue[Message] = asyncio.Queue()

    async def listen() -> None:
        async with aclosing(subscribe(store, channels)) as messages:
            async for message in messages:
                heard.put_nowait(message)

    listening = asyncio.create_task(listen())
    try:
        await _until_subscribed(store, *channels)
        yield heard
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def _until_subscribed(store: Store, *channels: str, listeners: int = 1) -> None:
    async with asyncio.timeout(20):
        while any(count < listeners for _, count in await store.redis.pubsub_numsub(*channels)):
            await asyncio.sleep(0.01)


async def _next(heard: "asyncio.Queue[Message]") -> Message:
    async with asyncio.timeout(10):
        return await heard.get()


async def test_an_event_reaches_its_organizations_channel_as_json(store: Store) -> None:
    organization = uuid4()
    channel = f"updates:{organization}:note"
    async with _listening(store, channel) as heard:
        await announce(store, _event(organization, title="Ü"))
        message = await _next(heard)

    assert message == Message(
        channel,
        {
            "name": "note.created",
            "organization_id": str(organization),
            "actor_id": "00000000-0000-0000-0000-000000000001",
            "resource": "note",
            "resource_id": "00000000-0000-0000-0000-000000000009",
            "version": 1,
            "data": {"title": "Ü"},
            "id": "00000000-0000-0000-0000-000000000001",
            "at": "2026-01-02T00:00:00.000000Z",
        },
    )


async def test_each_user_named_in_notify_is_told(store: Store) -> None:
    one, two, organization = uuid4(), uuid4(), uuid4()
    async with _listening(store, f"notifications:{one}", f"notifications:{two}") as heard:
        await announce(store, _event(organization, notify=[str(one), str(two)]))
        channels = {(await _next(heard)).channel for _ in range(2)}

    assert channels == {f"notifications:{one}", f"notifications:{two}"}
    assert heard.empty()


@pytest.mark.parametrize("notify", [None, "text", 5, {}])
async def test_a_notify_that_is_no_list_notifies_nobody(store: Store, notify: Any) -> None:
    organization = uuid4()
    async with _listening(store, f"updates:{organization}:note") as heard:
        await announce(store, _event(organization, notify=notify))

        assert (await _next(heard)).event["data"] == {"notify": notify}


async def test_another_organizations_events_are_not_heard(store: Store) -> None:
    organization = uuid4()
    async with _listening(store, f"updates:{organization}:note") as heard:
        await announce(store, _event(uuid4()))
        await announce(store, _event(organization, number=2))

        assert (await _next(heard)).event["version"] == 2


async def test_what_is_no_json_is_passed_over(store: Store) -> None:
    organization = uuid4()
    channel = f"updates:{organization}:note"
    async with _listening(store, channel) as heard:
        await store.redis.publish(channel, b"{")
        await announce(store, _event(organization))

        assert (await _next(heard)).event["version"] == 1


async def test_the_relay_tells_the_listeners_once_however_often_a_job_fails(
    settings: SettingsOf, database_url: str
) -> None:
    async def fail(_: Runtime, __: AsyncSession, ___: Event) -> None:
        raise OSError

    organization, runtime = uuid4(), make_runtime(settings())
    slices = [Slice("test", handlers={"note.created": fail})]
    async with _listening(runtime.store, f"updates:{organization}:note") as heard:
        async with runtime.database.transaction() as session:
            await publish(session, _event(organization))
        for _ in range(2):
            await work_off(runtime, slices)
            await execute(database_url, "UPDATE jobs SET due_at = NOW()")
        await announce(runtime.store, _event(organization, number=2))
        versions = [(await _next(heard)).event["version"] for _ in range(2)]
    await runtime.database.close()
    await runtime.store.redis.aclose()

    assert versions == [1, 2]


async def test_without_redis_nobody_is_told_and_nothing_fails(lost_store: Store) -> None:
    await announce(lost_store, _event(uuid4()))


async def test_a_listener_finds_a_redis_that_was_restarted(settings_anywhere: SettingsOf, tmp_path: Path) -> None:
    organization = uuid4()
    channel = f"updates:{organization}:note"
    # Behind one address, as a Redis that fails over is.
    with own_valkey(tmp_path) as valkey:
        async with (
            forwarding(lambda: valkey.url) as proxy,
            _store(settings_anywhere, proxy.url) as store,
            _listening(store, channel) as heard,
        ):
            await announce(store, _event(organization, number=1))
            first = await _next(heard)
            valkey.stop()
            await announce(store, _event(organization, number=2))
            valkey.start()
            await _until_back(store, channel)
            await announce(store, _event(organization, number=3))
            second = await _next(heard)

    assert (first.event["version"], second.event["version"]) == (1, 3)


async def test_a_listener_keeps_a_quiet_connection_and_leaves_a_forgotten_one(
    store: Store, settings_anywhere: SettingsOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pubsub, "_QUIET_SECONDS", 0.3)
    monkeypatch.setattr(pubsub, "_ANSWER_SECONDS", 1.5)
    organization = uuid4()
    channel = f"updates:{organization}:note"
    async with (
        forwarding(lambda: os.environ["REDIS_URL"]) as proxy,
        _store(settings_anywhere, proxy.url) as far_store,
        _listening(far_store, channel) as heard,
    ):
        await asyncio.sleep(1)
        assert proxy.accepted == 2
        await announce(store, _event(organization, number=1))
        versions = [(await _next(heard)).event["version"]]
        # As a firewall does with what was idle: it stays open, and nothing comes any more.
        proxy.forget()
        async with asyncio.timeout(10):
            while proxy.accepted == 2:
                await asyncio.sleep(0.05)
        # Redis knows nothing of it: there it still listens too.
        await _until_subscribed(store, channel, listeners=2)
        await announce(store, _event(organization, number=2))
        versions.append((await _next(heard)).event["version"])
        # Or, over TLS, each connection waits for a goodbye when it is closed.
        proxy.reset()

    assert versions == [1, 2]


async def _until_back(store: Store, channel: str) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                await _until_subscribed(store, channel)
                await store.run("ping", lambda redis: redis.ping())
            except Exception:
                await asyncio.sleep(0.05)
            else:
                return
