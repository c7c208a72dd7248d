"""Locks for work that one process at a time should do: `lock:{resource}:{id}`, 30 seconds (template-owned; guide).

A lock alone proves nothing: its holder may sleep past the 30 seconds, and a Redis that fails over forgets. So each
comes with a fencing token, a number from PostgreSQL that only grows, and whoever writes under the lock calls
`check_fence` in the transaction of the write: the database then refuses a writer whose successor has already written.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import connection
from redis.exceptions import LockNotOwnedError
from redis.lock import Lock

from app.apps.deadline import within
from app.apps.postgres.reads import read
from app.apps.redis.store import Store, StoreError, the_store
from app.kit.redis_keys import LOCK_TTL, lock_key

_ASK_AGAIN_SECONDS = 0.1
_log = structlog.stdlib.get_logger(__name__)
# `ON CONFLICT … WHERE` is not in the ORM.
_WRITE_FENCE = """
    INSERT INTO fences (resource, id, token) VALUES (%s, %s, %s)
    ON CONFLICT (resource, id) DO UPDATE SET token = EXCLUDED.token WHERE fences.token <= EXCLUDED.token
    RETURNING token
"""


class LockTakenError(Exception):
    """Somebody else holds the lock."""


class LateWriterError(Exception):
    """A later holder of the lock has written already: this one's work must not be committed."""


@dataclass(frozen=True)
class HeldLock:
    """A lock that we held when it was given to us; `fence` is higher than that of every holder before."""

    resource: str
    id: str
    fence: int


@contextmanager
def held_lock(
    resource: str, id: UUID | str, *, wait_seconds: float = 0.0, store: Store | None = None
) -> Iterator[HeldLock]:
    """Hold the lock for the block, at most 30 seconds; wait up to `wait_seconds` for whoever has it, in a request no
    longer than that may take.

    Raises:
        LockTakenError: somebody has it.
        StoreError: Redis does not answer: nothing is locked.
        DatabaseError: PostgreSQL does not answer: there is no token.
    """
    store, seconds = store or the_store(), LOCK_TTL.total_seconds()
    lock = Lock(store.redis, lock_key(resource, id), timeout=seconds, blocking=False, thread_local=False)
    _acquire(store, lock, wait_seconds)
    try:
        yield HeldLock(resource, str(id), _fence(store, lock))
    finally:
        _release(store, lock)


def check_fence(lock: HeldLock) -> None:
    """Call it in the transaction that writes under the lock, before the write.

    Raises:
        LateWriterError: a later holder has written already.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_FENCE, [lock.resource, lock.id, lock.fence])
        if cursor.fetchone() is None:
            raise LateWriterError(f"{lock.resource} {lock.id}: token {lock.fence} is too old")


def _acquire(store: Store, lock: Lock, wait_seconds: float) -> None:
    gives_up = time.monotonic() + within(wait_seconds)
    while not store.run("lock.acquire", lock.acquire):
        if time.monotonic() >= gives_up:
            raise LockTakenError("somebody else holds it")
        time.sleep(_ASK_AGAIN_SECONDS)


def _fence(store: Store, lock: Lock) -> int:
    token = read(_next_token)

    def is_still_ours() -> bool:
        # Its 30 seconds begin anew; had they ended before the token was taken, a successor's could be lower than ours.
        with suppress(LockNotOwnedError):
            return bool(lock.reacquire())
        return False

    if not store.run("lock.extend", is_still_ours):
        raise LockTakenError("the lock ended while PostgreSQL was waited for")
    return token


def _next_token() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('fencing_tokens')")
        return int(cursor.fetchone()[0])


def _release(store: Store, lock: Lock) -> None:
    def release() -> None:
        try:
            lock.release()
        except LockNotOwnedError:
            _log.warning("a lock ended before the work under it", lock=lock.name)

    # Without Redis it ends by itself.
    with suppress(StoreError):
        store.run("lock.release", release)
