"""Jobs, the work that the worker does: what they are called, when they are tried, when given up (template-owned).

A job is a row, written in the transaction of what it follows from. Its id is that of every message about it, and what
an effect outside (a mail) is known by: a message that comes twice finds the job done.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, get_args
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from app.kit.problems import UNAVAILABLE, ProblemError

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
_SHORTEST_DELAY = timedelta(seconds=2)
_LONGEST_DELAY = timedelta(minutes=10)
# Of a server that is away: so long after it is back its back-log begins to drain.
_LONGEST_DELAY_OF_OUTAGE = timedelta(minutes=5)
# A job that has found no server for so long may be what its server dies of: from then on each attempt counts.
_LONGEST_OUTAGE = timedelta(days=3)


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


@dataclass(frozen=True)
class Failure:
    """Why an attempt failed, in a word; `is_outage`: a server is away, or left alone since it was not well."""

    reason: str
    is_outage: bool = False


def settlement(attempts: int, failure: Failure | None, *, created_at: datetime, now: datetime) -> dict[str, Any]:
    """The columns of a job after an attempt; `attempts` were counted before. Finished with an `error`: given up.

    An outage is no attempt: the job waits as long again as it has waited, until the server is back.
    """
    if failure is None:
        return {"attempts": attempts + 1, "error": None, "finished_at": now}
    waited = now - created_at
    if failure.is_outage and waited < _LONGEST_OUTAGE:
        delay = min(max(waited, _SHORTEST_DELAY), _LONGEST_DELAY_OF_OUTAGE)
        return {"attempts": attempts, "error": failure.reason, "due_at": _about(now, delay)}
    found: dict[str, Any] = {"attempts": attempts + 1, "error": failure.reason}
    if attempts + 1 >= _MOST_ATTEMPTS:
        return found | {"finished_at": now}
    return found | {"due_at": _about(now, min(_SHORTEST_DELAY * 2**attempts, _LONGEST_DELAY))}


def outcome_of(settled: dict[str, Any]) -> Outcome:
    """What a settlement says."""
    if settled["error"] is None:
        return "done"
    return "given_up" if "finished_at" in settled else "failed"


def failure_of(error: Exception) -> Failure:
    """What went wrong: of a 503 about a server, why it is thought not well."""
    if isinstance(error, UnknownJobError):
        return Failure("no slice has a function of this name")
    if not isinstance(error, ProblemError):
        return Failure(type(error).__name__)
    return Failure(type(error.__cause__ or error).__name__, is_outage=error.kind.status == UNAVAILABLE.status)


def _about(now: datetime, delay: timedelta) -> datetime:
    return now + delay * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, no secret
