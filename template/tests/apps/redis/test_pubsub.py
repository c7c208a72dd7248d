"""Events told to whoever listens, on a real Redis (template-owned)."""

import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.apps.redis.listening import listening, until_subscribed
from tests.environment import core_settings

from app.apps.redis import pubsub
from app.apps.redis.client import open_redis
from app.apps.redis.pubsub import announce
from app.apps.redis.store import Store, the_store
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


def test_what_is_no_json_is_passed_over() -> None:
    organization = uuid4()
    channel = f"updates:{organization}:note"
    with listening(channel) as heard:
        the_store().redis.publish(channel, b"{")
        announce(event(uuid4()))
        announce(event(organization, number=2))

        assert heard.get(timeout=10).event["version"] == 2


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


def cut_subscriptions() -> None:
    """As a fail-over does, for those of this worker."""
    redis: Any = the_store().redis
    number = str(redis.connection_pool.connection_kwargs["db"])
    for client in redis.client_list(_type="pubsub"):
        if client["db"] == number:
            redis.client_kill_filter(_id=client["id"])
