"""Waiting for what AWS does by itself (template-owned): soon again at first, then every few seconds."""

import time
from collections.abc import Iterator

_FIRST_SECONDS, _MOST_SECONDS = 0.5, 5.0


def moments(within: float) -> Iterator[float]:
    """Seconds that have passed, each time one has to look again, until `within` are over; the last look is then."""
    started, pause = time.monotonic(), _FIRST_SECONDS
    while (passed := time.monotonic() - started) < within:
        yield passed
        time.sleep(min(pause, max(0.0, within - passed)))
        pause = min(pause * 1.5, _MOST_SECONDS)
    yield within
