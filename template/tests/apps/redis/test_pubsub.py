"""Events told to whoever listens, on a real Redis (template-owned)."""

import asyncio
import os
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.apps.redis.listening import listening, until_subscribed
from tests.environment import core_settings
from tests.forwarding import Proxy, forwarding
from tests.own_servers import OwnServer, own_valkey

from app.apps.redis import pubsub
from app.apps.redis.client import open_redis
from app.apps.redis.pubsub import announce
from app.apps.redis.store import Store, StoreError, the_store
from app.kit.channels import Message
from app.kit.events import Event


def event(organization: UUID, number: int = 1, **data: Any) -> Event:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    return Event(
        "note.created", organization, UUID(int=1), "note", UUID(int=9), number, data, id=UUID(int=number), at=at
    )


def test_an_event_reaches_its_organizations_channel_as_json() -> None:
    organization = uuid4()
    channel = f"updates:{organization}:note"
    with listening(channel) as heard:
        announce(event(organization, title="Ü"))
        message = heard.get(timeout=10)

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


def test_each_user_named_in_notify_is_told() -> None:
    one, two, organization = uuid4(), uuid4(), uuid4()
    with listening(f"notifications:{one}", f"notifications:{two}") as heard:
        announce(event(organization, notify=[str(one), str(two)]))
        channels = {heard.get(timeout=10).channel for _ in range(2)}

    assert channels == {f"notifications:{one}", f"notifications:{two}"}
    assert heard.empty()


@pytest.mark.parametrize("notify", [None, "text", 5, {}])
def test_a_notify_that_is_no_list_notifies_nobody(notify: Any) -> None:
    organization = uuid4()
    with listening(f"updates:{organization}:note") as heard:
        announce(event(organization, notify=notify))

        assert heard.get(timeout=10).event["data"] == {"notify": notify}


def test_another_organizations_events_are_not_heard() -> None:
    organization = uuid4()
    with listening(f"updates:{organization}:note") as heard:
        announce(event(uuid4()))
        announce(event(organization, number=2))

        assert heard.get(timeout=10).event["version"] == 2


def test_what_is_no_json_is_passed_over() -> None:
    organization = uuid4()
    channel = f"updates:{organization}:note"
    with listening(channel) as heard:
        the_store().redis.publish(channel, b"{")
        announce(event(organization))

        assert heard.get(timeout=10).event["version"] == 1


def test_without_redis_nobody_is_told_and_nothing_fails() -> None:
    announce(event(uuid4()), store=Store(open_redis(core_settings(REDIS_URL="redis://127.0.0.1:1"))))


def test_a_listener_whose_connection_is_cut_subscribes_again() -> None:
    organization = uuid4()
    channel = f"updates:{organization}:note"
    with listening(channel) as heard:
        announce(event(organization, number=1))
        first = heard.get(timeout=10)
        cut_subscriptions()
        until_subscribed(channel)
        announce(event(organization, number=2))
        second = heard.get(timeout=10)

    assert (first.event["version"], second.event["version"]) == (1, 2)


def test_a_quiet_subscription_is_asked_whether_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pubsub, "_QUIET_SECONDS", 0.1)
    organization = uuid4()
    with listening(f"updates:{organization}:note") as heard:
        time.sleep(0.5)
        announce(event(organization))

        assert heard.get(timeout=10).event["version"] == 1


async def test_a_listener_finds_a_redis_that_was_restarted(tmp_path: Path) -> None:
    # Behind one address, as a Redis that fails over is.
    with own_valkey(tmp_path) as valkey:
        async with forwarding(lambda: valkey.url) as proxy:
            await asyncio.to_thread(_survive, valkey, _store(proxy.url))


def _survive(valkey: OwnServer, store: Store) -> None:
    organization = uuid4()
    channel = f"updates:{organization}:note"
    with closing(store), listening(channel, store=store) as heard:
        announce(event(organization, number=1), store=store)
        first = heard.get(timeout=10)
        valkey.kill()
        announce(event(organization, number=2), store=store)
        valkey.start()
        until_subscribed(channel, store=store)
        _until_used_again(store)
        announce(event(organization, number=3), store=store)
        second = heard.get(timeout=10)

    assert (first.event["version"], second.event["version"]) == (1, 3)


async def test_a_listener_keeps_a_quiet_connection_and_leaves_a_forgotten_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pubsub, "_QUIET_SECONDS", 0.3)
    monkeypatch.setattr(pubsub, "_ANSWER_SECONDS", 1.5)
    async with forwarding(lambda: os.environ["REDIS_URL"]) as proxy:
        await asyncio.to_thread(_leave_what_is_forgotten, proxy)
        # Or each connection waits for a goodbye when it is closed.
        proxy.reset()


def _leave_what_is_forgotten(proxy: Proxy) -> None:
    organization = uuid4()
    channel = f"updates:{organization}:note"
    far = _store(proxy.url)
    with closing(far), listening(channel, store=far) as heard:
        time.sleep(1)
        # One that listens, and one that asked whether it does.
        assert proxy.accepted == 2
        announce(event(organization, number=1))
        versions = [heard.get(timeout=10).event["version"]]
        # As a firewall does with what was idle: it stays open, and nothing comes any more.
        proxy.forget()
        deadline = time.monotonic() + 10
        while proxy.accepted == 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        # Redis knows nothing of it: there it still listens too.
        until_subscribed(channel, listeners=2)
        announce(event(organization, number=2))
        versions.append(heard.get(timeout=10).event["version"])

    assert versions == [1, 2]


def _store(url: str) -> Store:
    return Store(open_redis(core_settings(REDIS_URL=url)))


def _until_used_again(store: Store) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            store.run("ping", store.redis.ping)
        except StoreError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def cut_subscriptions() -> None:
    """As a fail-over does, for those of this worker."""
    redis: Any = the_store().redis
    number = str(redis.connection_pool.connection_kwargs["db"])
    for client in redis.client_list(_type="pubsub"):
        if client["db"] == number:
            redis.client_kill_filter(_id=client["id"])
