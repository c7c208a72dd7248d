"""How many users are active: each one's first request of a UTC day is counted (template-owned; guide, "Business").

Redis says whether another process has counted a user; without it each process counts by itself.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from threading import Lock
from uuid import UUID

from app.apps.redis.store import Store, StoreError, the_store
from app.kit.activity import DAY_SECONDS, SeenToday, active_key
from app.kit.metrics import USERS_ACTIVE


class ActiveUsers:
    """Counts users; one a process."""

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._seen = SeenToday(clock)
        self._lock = Lock()
        self._counting = ThreadPoolExecutor(1, thread_name_prefix="active-users")

    def note(self, user_id: UUID) -> None:
        """A request of this user has come; what there is to ask Redis is asked in the background."""
        with self._lock:
            day = self._seen.note(user_id)
        if day is not None:
            self._counting.submit(self._count, user_id, day)

    def settle(self) -> None:
        """Wait for what is under way: before the connections are closed that it uses."""
        self._counting.shutdown()

    def _count(self, user_id: UUID, day: date) -> None:
        key = active_key(day, user_id)
        try:
            is_new = self._store.run("active", lambda: self._store.redis.set(key, 1, nx=True, ex=DAY_SECONDS))
        except StoreError:
            is_new = True
        if is_new:
            USERS_ACTIVE.inc()


@cache
def the_active_users() -> ActiveUsers:
    """The process's one."""
    return ActiveUsers(the_store())
