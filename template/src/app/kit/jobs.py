"""Jobs, the work that the worker does: what they are called, when they are tried, when given up (template-owned).

A job is a row, written in the transaction of what it follows from. Its id is that of every message about it, and what
an effect outside (a mail) is known by: a message that comes twice finds the job done.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, get_args
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from app.kit.problems import ProblemError

Queue = Literal["default", "mail", "search", "scan"]
Outcome = Literal["done", "failed", "given_up"]
QUEUES: Final[tuple[Queue, ...]] = get_args(Queue)

IDLE_SECONDS: Final = 0.5
DOWN_SECONDS: Final = 2.0
MOST_AT_ONCE: Final = 100
# Messages of one queue that Redis holds; the rest waits in PostgreSQL.
MOST_SENT: Final = 500
# A job that was sent and is not done by then is sent again: the message was lost, or whoever had it.
SENT_AGAIN: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(seconds=30)
_MOST_ATTEMPTS = 12
_LONGEST_DELAY = timedelta(minutes=10)


class UnknownJobError(Exception):
    """No slice has a function of this name: its component is off, or this process is older than who wrote the job."""


@dataclass(frozen=True)
class Job:
    """Work to be done: `name` is `<slice>.<function>`, or `<slice>.<event>` for what acts on an event; `data` is JSON.

    `id` is the same however often it is tried.
    """

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    queue: Queue = "default"
    id: UUID = field(default_factory=uuid4)
    event_id: UUID | None = None


def job_of_event(event_id: UUID, name: str, queue: Queue) -> Job:
    """What a slice does about an event: the same job, however often it is made."""
    return Job(name, queue=queue, id=uuid5(event_id, name), event_id=event_id)


def job_of_time(name: str, every: timedelta, now: datetime, queue: Queue = "default") -> Job:
    """The job of the span of `every` that `now` is in, counted from 1970: the same, whoever makes it."""
    begins = datetime.fromtimestamp(now.timestamp() // every.total_seconds() * every.total_seconds(), UTC)
    return Job(name, queue=queue, id=uuid5(NAMESPACE_URL, f"urn:job:{name}:{begins.isoformat()}"))


def settlement(attempts: int, failure: str | None, now: datetime) -> dict[str, Any]:
    """The columns of a job after an attempt; `attempts` were made before. Finished with an `error`: given up."""
    if failure is None:
        return {"attempts": attempts + 1, "error": None, "finished_at": now}
    found: dict[str, Any] = {"attempts": attempts + 1, "error": failure}
    if attempts + 1 >= _MOST_ATTEMPTS:
        return found | {"finished_at": now}
    delay = min(timedelta(seconds=2 ** (attempts + 1)), _LONGEST_DELAY)
    return found | {"due_at": now + delay * random.uniform(0.5, 1.0)}  # noqa: S311 - jitter, no secret


def outcome_of(settled: dict[str, Any]) -> Outcome:
    """What a settlement says."""
    if settled["error"] is None:
        return "done"
    return "given_up" if "finished_at" in settled else "failed"


def reason_of(error: Exception) -> str:
    """What went wrong, in a word: of a 503 about a server, why it is thought not well."""
    if isinstance(error, UnknownJobError):
        return "no slice has a function of this name"
    return type(error.__cause__ if isinstance(error, ProblemError) and error.__cause__ else error).__name__
