"""What PostgreSQL's errors mean to a caller (template-owned)."""

import structlog
from django.db import DatabaseError, InterfaceError

from app.apps.deadline import has_passed
from app.kit.problems import UNAVAILABLE, ProblemError, timed_out, unavailable

_log = structlog.stdlib.get_logger(__name__)
# Connection lost, resources exhausted, shutting down, not accepting, statement timed out.
_UNREACHABLE_STATES = ("08", "53", "57P", "57014")
# Deadlock and serialization failure: undone by the server, and good if sent again.
_CROSSED = "40"


def as_problem(error: Exception) -> ProblemError | None:
    """The 503 of a database that does not answer, or not before the request must be answered, or could not take the
    transaction; none for any other error."""
    if not isinstance(error, (DatabaseError, InterfaceError)):
        return None
    if is_unreachable(error):
        if has_passed():
            return timed_out()
        _log.warning("PostgreSQL does not answer", error=f"{type(error).__name__}: {error}"[:200])
        return unavailable("PostgreSQL")
    if sqlstate(error).startswith(_CROSSED):
        detail = "Another request was changing the same rows; nothing was done, send it again."
        return ProblemError(UNAVAILABLE, detail, headers={"Retry-After": "1"})
    return None


def is_unreachable(error: Exception) -> bool:
    """Whether the connection is lost, refused or silent."""
    state = sqlstate(error)
    if state:
        return state.startswith(_UNREACHABLE_STATES)
    # Without a state the server has said nothing: the driver, or the pool, found nobody.
    return type(error).__name__ in ("OperationalError", "InterfaceError")


def is_lost(error: Exception) -> bool:
    """Whether the connection was cut off, by a fail-over for example, rather than silent or refused."""
    cause = error.__cause__
    if cause is None or type(cause).__name__ in ("PoolTimeout", "ConnectionTimeout"):
        return False
    return is_unreachable(error) and sqlstate(error) != "57014"


def sqlstate(error: Exception) -> str:
    """PostgreSQL's code of five characters; empty where the error is none of its own."""
    return str(getattr(error.__cause__, "sqlstate", None) or "")
