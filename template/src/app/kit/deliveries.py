"""How often an event of the outbox is delivered, and when it is given up (template-owned)."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from app.kit.problems import ProblemError

IDLE_SECONDS: Final = 0.5
DOWN_SECONDS: Final = 2.0
MOST_AT_ONCE: Final = 100
_MOST_ATTEMPTS = 12
_LONGEST_DELAY = timedelta(minutes=10)


def settlement(attempts: int, failures: Sequence[str], now: datetime) -> dict[str, Any]:
    """The columns of an event after an attempt; `attempts` were made before. Finished with an `error`: given up."""
    if not failures:
        return {"error": None, "finished_at": now}
    found: dict[str, Any] = {"error": "; ".join(failures), "attempts": attempts + 1}
    if attempts + 1 >= _MOST_ATTEMPTS:
        return found | {"finished_at": now}
    delay = min(timedelta(seconds=2 ** (attempts + 1)), _LONGEST_DELAY)
    return found | {"next_attempt_at": now + delay * random.uniform(0.5, 1.0)}  # noqa: S311 - jitter, no secret


def reason_of(error: Exception) -> str:
    """What went wrong, in a word: of a 503 about a server, why it is thought not well."""
    return type(error.__cause__ if isinstance(error, ProblemError) and error.__cause__ else error).__name__
