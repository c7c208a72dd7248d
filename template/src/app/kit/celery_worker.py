"""Celery: sends the messages of jobs, and hands those that arrive to threads (template-owned).

It knows one task and no function of the service: a message is the id of a job.
"""

import signal
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any
from uuid import UUID

from celery import Celery
from celery.apps.worker import Worker
from celery.signals import setup_logging
from celery.worker import state

from app.kit.jobs import Queue
from app.kit.queue_settings import TASK, celery_settings
from app.kit.service import this_service
from app.kit.settings import CoreSettings


class _Worker(Worker):  # type: ignore[misc]
    """Celery's, but the signals are ours: by itself it hears them late, and says what it does past the logs."""

    def install_platform_tweaks(self, worker: Any) -> None:
        """There are none: `hear_signals` was first."""


def make_celery(core: CoreSettings) -> Celery:
    """Make it; it connects when first used."""
    celery = Celery(this_service().slug, set_as_current=False, fixups=[])
    celery.conf.update(celery_settings(core))
    return celery


def send(celery: Celery, queue: Queue, ids: Sequence[UUID]) -> None:
    """Send the messages of these jobs.

    Raises:
        kombu.exceptions.OperationalError: Redis does not answer; some may have been sent.
    """
    with celery.producer_or_acquire() as producer:
        for job_id in ids:
            celery.send_task(TASK, [str(job_id)], task_id=str(job_id), queue=queue, producer=producer)


def hear_signals() -> None:
    """Have SIGTERM and SIGINT end the worker well from now on, also before it runs."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _note)


def run_worker(celery: Celery, work: Callable[[str], None], queues: Sequence[str]) -> int:
    """Work until SIGTERM or SIGINT, then finish what was begun; the exit status. For the main thread alone."""

    def do(job_id: str) -> None:
        work(job_id)

    celery.task(name=TASK)(do)
    # `app.kit.logs` has configured them.
    setup_logging.connect(_leave_logs_alone)
    options: dict[str, Any] = {"queues": queues, "quiet": True, "loglevel": None}
    worker = _Worker(app=celery, **options, without_gossip=True, without_mingle=True, without_heartbeat=True)
    worker.start()
    return int(worker.exitcode or 0)


def _note(_number: int, _frame: FrameType | None) -> None:
    # The first lets jobs in hand finish; with a second one nobody waits for them: whoever takes them begins anew.
    if state.should_stop is not None:
        state.should_terminate = 0
    state.should_stop = 0


def _leave_logs_alone(**_: Any) -> None:
    """Told to Celery: nothing is left to configure."""
