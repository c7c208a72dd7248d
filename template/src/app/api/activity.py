"""How many users are active: each one's first request of a UTC day is counted (template-owned; guide, "Business").

Redis says whether another process has counted a user; without it each process counts by itself.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

from app.api.redis.store import Store, StoreError
from app.kit.metrics import USERS_ACTIVE

_DAY_SECONDS = 86_400
# Past this many users a day, some are asked about again rather than remembered: memory stays within 20 MiB.
_MOST_REMEMBERED = 100_000


class ActiveUsers:
    """Counts users; one a process."""

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._day = 0
        self._seen: set[UUID] = set()
        # The event loop itself holds tasks but weakly.
        self._counting: set[asyncio.Task[None]] = set()

    def note(self, user_id: UUID) -> None:
        """A request of this user has come; what there is to ask Redis is asked in the background."""
        day = int(self._clock() // _DAY_SECONDS)
        if day != self._day or len(self._seen) >= _MOST_REMEMBERED:
            self._day, self._seen = day, set()
        if user_id in self._seen:
            return
        self._seen.add(user_id)
        task = asyncio.create_task(self._count(user_id, datetime.fromtimestamp(day * _DAY_SECONDS, UTC).date()))
        self._counting.add(task)
        task.add_done_callback(self._counting.discard)

    async def settle(self) -> None:
        """Wait for what is under way: before the connections are closed that it uses."""
        await asyncio.gather(*self._counting)

    async def _count(self, user_id: UUID, day: date) -> None:
        key = f"cache:active:{day}:{user_id}"
        try:
            is_new = await self._store.run("active", lambda redis: redis.set(key, 1, nx=True, ex=_DAY_SECONDS))
        except StoreError:
            is_new = True
        if is_new:
            USERS_ACTIVE.inc()
