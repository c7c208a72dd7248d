"""The worker inside the test's own process: no Celery, everything else as it is (template-owned)."""

from collections.abc import Callable, Sequence
from uuid import UUID

from app.apps.outbox.attempt import attempt
from app.apps.outbox.functions import Functions, find_functions
from app.apps.outbox.relay import Relay
from app.kit.events import Event
from app.kit.jobs import Job, Queue


def working_relay(functions: Functions) -> Relay:
    """A relay whose messages arrive at once."""

    def send(_: Queue, ids: Sequence[UUID]) -> None:
        for job_id in ids:
            attempt(functions, job_id)

    return Relay(functions, send)


def work_off(functions: Functions | None = None) -> None:
    """Do all that is due now, once; what fails is due later."""
    relay = working_relay(functions or find_functions())
    while relay.turn():
        pass


def on_notes(**handlers: Callable[[Event], None]) -> Functions:
    """What slices of these names do about a new note."""
    return Functions(handlers={"note.created": handlers}, jobs={})


def doing(work: Callable[[Job], None]) -> Functions:
    """A slice `test` with one job, `work`."""
    return Functions(handlers={}, jobs={"test": {"work": work}})
