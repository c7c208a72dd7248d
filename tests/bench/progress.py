"""How the bench speaks while it runs, and how it fails."""

import sys
import time

_BEGAN = time.monotonic()


class BenchError(Exception):
    """The run can't go on, or what it measured would be wrong; the text says what to do."""


def say(what: str) -> None:
    """Print one line of progress on standard error, with the time since the start."""
    seconds = int(time.monotonic() - _BEGAN)
    print(f"[{seconds // 60:2}:{seconds % 60:02}] {what}", file=sys.stderr, flush=True)
