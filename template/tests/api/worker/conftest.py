"""What tests of the worker share: a runtime, a function that remembers, jobs of a slice (template-owned)."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from tests.api.conftest import SettingsOf
from tests.api.database import execute, fetch

from app.api.outbox.publish import publish
from app.api.runtime import Runtime, make_runtime
from app.api.slices import Handler
from app.kit.events import Event

Told = list[Event]
# Of this process alone: all workers' listeners are at one Redis.
ORGANIZATION = uuid4()


@pytest.fixture
async def runtime(settings: SettingsOf) -> AsyncIterator[Runtime]:
    runtime = make_runtime(settings())
    yield runtime
    await runtime.database.close()
    await runtime.store.redis.aclose()


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def tell(told: Told) -> Handler:
    async def tell(_: Runtime, __: AsyncSession, event: Event) -> None:
        told.append(event)

    return tell


def an_event(number: int = 1, name: str = "note.created") -> Event:
    """An event about a note."""
    return Event(name, ORGANIZATION, UUID(int=2), "note", UUID(int=number), 3, {"title": "a", "n": number})


async def write(runtime: Runtime, *events: Event) -> None:
    """Commit events."""
    async with runtime.database.transaction() as session:
        await publish(session, *events)


async def jobs(url: str) -> list[dict[str, Any]]:
    """All jobs, by their names."""
    return await fetch(url, "SELECT * FROM jobs ORDER BY name, created_at")


async def make_due(url: str) -> None:
    """Let all jobs be due that are not done."""
    await execute(url, "UPDATE jobs SET due_at = NOW()")
