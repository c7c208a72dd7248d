"""Counters in windows of time, in the memory of one process (template-owned): what limits use without Redis."""

import math
import time
from collections.abc import Callable, Mapping
from threading import Lock

from app.kit.rates import Rate

_MOST_KEYS = 50_000


class LocalCounters:
    """Counts by key; each window begins with its first count. Bounded: the oldest window goes first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._counts: dict[str, tuple[int, float]] = {}

    def reserve(self, rates: Mapping[str, Rate]) -> int:
        """Count once on every key, or on none where one is full: the seconds to wait then, else 0."""
        with self._lock:
            now = self._clock()
            found = {key: self._current(key, now) for key in rates}
            waits = [math.ceil(found[key][1] - now) for key, rate in rates.items() if found[key][0] >= rate.count]
            if waits:
                return max(1, *waits)
            for key, rate in rates.items():
                count, ends = found[key]
                self._keep(key, count + 1, ends if count else now + rate.seconds)
            return 0

    def give_back(self, keys: Mapping[str, Rate]) -> None:
        """Take one count back from every key."""
        with self._lock:
            for key in keys:
                count, ends = self._counts.get(key, (0, 0.0))
                if count:
                    self._counts[key] = (count - 1, ends)

    def _current(self, key: str, now: float) -> tuple[int, float]:
        count, ends = self._counts.get(key, (0, now))
        return (count, ends) if ends > now else (0, now)

    def _keep(self, key: str, count: int, ends: float) -> None:
        if key not in self._counts and len(self._counts) >= _MOST_KEYS:
            del self._counts[next(iter(self._counts))]
        self._counts[key] = (count, ends)
