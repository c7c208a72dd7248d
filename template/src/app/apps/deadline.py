"""By when a request must be answered, and how long what it waits for may take (template-owned; contract, "Processes").

Nothing ends a thread from outside, so whatever waits asks here for how long. Commands and jobs have no such moment.
"""

import math
import time
from contextvars import ContextVar

_ends_at: ContextVar[float] = ContextVar("ends_at", default=math.inf)


def end_by(moment: float) -> None:
    """Have the request of this thread be answered by then, as `time.monotonic` has it."""
    _ends_at.set(moment)


def within(seconds: float) -> float:
    """So many seconds, or what is left of the request where that is less: 0 when it has passed."""
    return max(0.0, min(seconds, _ends_at.get() - time.monotonic()))


def has_passed() -> bool:
    """Whether it is too late: nothing that takes time should be begun."""
    return time.monotonic() >= _ends_at.get()
