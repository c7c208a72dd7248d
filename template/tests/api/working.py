"""The worker inside the test's own process: no Celery, everything else as it is (template-owned)."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from app.api.runtime import Runtime
from app.api.slices import Slice, find_slices
from app.api.worker.attempt import attempt
from app.api.worker.functions import Functions
from app.api.worker.relay import Relay
from app.kit.jobs import Queue


def working_relay(runtime: Runtime, slices: Iterable[Slice]) -> Relay:
    """A relay whose messages arrive at once."""
    functions = Functions(slices)

    async def send(_: Queue, ids: Sequence[UUID]) -> None:
        for job_id in ids:
            await attempt(runtime, functions, job_id)

    return Relay(runtime, functions, send)


async def work_off(runtime: Runtime, slices: Iterable[Slice] | None = None) -> None:
    """Do all that is due now, once; what fails is due later."""
    relay = working_relay(runtime, find_slices() if slices is None else slices)
    while await relay.turn():
        pass
