"""How many users are active: each one's first request of a UTC day is counted (template-owned; guide, "Business").

Redis says whether another process has counted a user; without it each process counts by itself.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import date
from uuid import UUID

from app.api.redis.store import Store, StoreError
from app.kit.activity import DAY_SECONDS, SeenToday, active_key
from app.kit.metrics import USERS_ACTIVE


class ActiveUsers:
    """Counts users; one a process."""

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._seen = SeenToday(clock)
        # The event loop itself holds tasks but weakly.
        self._counting: set[asyncio.Task[None]] = set()

    def note(self, user_id: UUID) -> None:
        """A request of this user has come; what there is to ask Redis is asked in the background."""
        day = self._seen.note(user_id)
        if day is None:
            return
        task = asyncio.create_task(self._count(user_id, day))
        self._counting.add(task)
        task.add_done_callback(self._counting.discard)

    async def settle(self) -> None:
        """Wait for what is under way: before the connections are closed that it uses."""
        await asyncio.gather(*self._counting)

    async def _count(self, user_id: UUID, day: date) -> None:
        key = active_key(day, user_id)
        try:
            is_new = await self._store.run("active", lambda redis: redis.set(key, 1, nx=True, ex=DAY_SECONDS))
        except StoreError:
            is_new = True
        if is_new:
            USERS_ACTIVE.inc()
