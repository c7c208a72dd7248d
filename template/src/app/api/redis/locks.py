"""Locks for work that one process at a time should do: `lock:{resource}:{id}`, 30 seconds (template-owned; guide).

A lock alone proves nothing: its holder may sleep past the 30 seconds, and a Redis that fails over forgets. So each
comes with a fencing token, a number from PostgreSQL that only grows, and whoever writes under the lock calls
`check_fence` in the transaction of the write: the database then refuses a writer whose successor has already written.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockNotOwnedError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.api.postgres.database import Database
from app.api.redis.store import Store, StoreError
from app.api.redis.tables import Fence, fencing_tokens
from app.kit.redis_keys import LOCK_TTL, lock_key

_ASK_AGAIN_SECONDS = 0.1
_log = structlog.stdlib.get_logger(__name__)


class LockTakenError(Exception):
    """Somebody else holds the lock."""


class LateWriterError(Exception):
    """A later holder of the lock has written already: this one's work must not be committed."""


class Servers(Protocol):
    """What a lock needs of the runtime."""

    store: Store
    database: Database


@dataclass(frozen=True)
class HeldLock:
    """A lock that we held when it was given to us; `fence` is higher than that of every holder before."""

    resource: str
    id: str
    fence: int


@asynccontextmanager
async def held_lock(
    servers: Servers, resource: str, id: UUID | str, *, wait_seconds: float = 0.0
) -> AsyncIterator[HeldLock]:
    """Hold the lock for the block, at most 30 seconds; wait up to `wait_seconds` for whoever has it.

    Raises:
        LockTakenError: somebody has it.
        StoreError: Redis does not answer: nothing is locked.
        ProblemError: 503 where PostgreSQL does not answer: there is no token.
    """
    seconds = LOCK_TTL.total_seconds()
    lock = Lock(servers.store.redis, lock_key(resource, id), timeout=seconds, blocking=False, thread_local=False)
    await _acquire(servers.store, lock, wait_seconds)
    try:
        yield HeldLock(resource, str(id), await _fence(servers, lock))
    finally:
        await _release(servers.store, lock)


async def check_fence(session: AsyncSession, lock: HeldLock) -> None:
    """Call it in the transaction that writes under the lock, before the write.

    Raises:
        LateWriterError: a later holder has written already.
    """
    statement = insert(Fence).values(resource=lock.resource, id=lock.id, token=lock.fence)
    seen = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=[Fence.resource, Fence.id],
            set_={"token": statement.excluded.token},
            where=Fence.token <= statement.excluded.token,
        ).returning(Fence.token)
    )
    if seen is None:
        raise LateWriterError(f"{lock.resource} {lock.id}: token {lock.fence} is too old")


async def _acquire(store: Store, lock: Lock, wait_seconds: float) -> None:
    gives_up = time.monotonic() + wait_seconds
    while not await store.run("lock.acquire", lambda _: lock.acquire()):
        if time.monotonic() >= gives_up:
            raise LockTakenError("somebody else holds it")
        await asyncio.sleep(_ASK_AGAIN_SECONDS)


async def _fence(servers: Servers, lock: Lock) -> int:
    token = await servers.database.read(_next_token)

    async def still_ours(_: Redis) -> bool:
        # Its 30 seconds begin anew; had they ended before the token was taken, a successor's could be lower than ours.
        with suppress(LockNotOwnedError):
            return await lock.reacquire()
        return False

    if not await servers.store.run("lock.extend", still_ours):
        raise LockTakenError("the lock ended while PostgreSQL was waited for")
    return token


async def _next_token(connection: AsyncConnection) -> int:
    return (await connection.execute(select(fencing_tokens.next_value()))).scalar_one()


async def _release(store: Store, lock: Lock) -> None:
    async def release(_: Redis) -> None:
        try:
            await lock.release()
        except LockNotOwnedError:
            _log.warning("a lock ended before the work under it", lock=lock.name)

    # Without Redis it ends by itself.
    with suppress(StoreError):
        await store.run("lock.release", release)
