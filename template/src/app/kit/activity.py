"""Who was seen on a UTC day (template-owned; guide, "Business")."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

DAY_SECONDS = 86_400
# Past this many users a day, some are asked about again rather than remembered: memory stays within 20 MiB.
_MOST_REMEMBERED = 100_000


class SeenToday:
    """Remembers users for a day, in one process."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._day = 0
        self._seen: set[UUID] = set()

    def note(self, user_id: UUID) -> date | None:
        """The day, where this is the user's first request of it."""
        day = int(self._clock() // DAY_SECONDS)
        if day != self._day or len(self._seen) >= _MOST_REMEMBERED:
            self._day, self._seen = day, set()
        if user_id in self._seen:
            return None
        self._seen.add(user_id)
        return datetime.fromtimestamp(day * DAY_SECONDS, UTC).date()


def active_key(day: date, user_id: UUID) -> str:
    """`cache:active:{day}:{userId}`: whoever sets it counts the user."""
    return f"cache:active:{day}:{user_id}"
