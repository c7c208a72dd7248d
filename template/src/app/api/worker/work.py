"""`work`: the relay and the worker, one process (template-owned; contract, "Processes").

Celery has the main thread and a pool of others; what they do runs in one event loop, `app.api.worker.life`.
"""

import asyncio
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from functools import partial
from uuid import UUID

import structlog
from celery import Celery
from celery.exceptions import Reject

from app.api.command_line import settings_or_exit
from app.api.runtime import Runtime, make_runtime
from app.api.slices import find_slices, import_tables
from app.api.worker.attempt import attempt
from app.api.worker.functions import Functions
from app.api.worker.life import Life, living
from app.api.worker.relay import Relay
from app.api.worker.schedule import schedule
from app.kit import celery_worker
from app.kit.celery_logs import quieten
from app.kit.celery_worker import hear_signals, make_celery, run_worker
from app.kit.jobs import DOWN_SECONDS, Queue
from app.kit.logs import configure_logs
from app.kit.metrics_port import serve_metrics
from app.kit.problems import ProblemError
from app.kit.settings import SettingsError
from app.kit.work_arguments import parse_arguments

_log = structlog.stdlib.get_logger(__name__)


def main() -> None:
    """Work until SIGTERM or SIGINT, which lets jobs in hand finish; status 0 then, 1 where it can't start."""
    arguments = parse_arguments()
    hear_signals()
    settings = settings_or_exit()
    configure_logs(settings.core)
    quieten()
    try:
        serve_metrics(settings.core)
    except SettingsError as error:
        sys.exit(str(error))
    import_tables()
    sys.exit(_work(make_runtime(settings), arguments))


def _work(runtime: Runtime, arguments: Namespace) -> int:
    slices, celery = find_slices(), make_celery(runtime.settings.core)
    functions = Functions(slices)
    background = [Relay(runtime, functions, partial(send, celery)).run]
    if arguments.with_schedule:
        background.append(partial(schedule, runtime.database, slices))
    with living(runtime, *background) as life:
        _log.info("working", queues=arguments.queues)
        return run_worker(celery, partial(_do, life, runtime, functions), arguments.queues)


async def send(celery: Celery, queue: Queue, ids: Sequence[UUID]) -> None:
    """Send the messages of these jobs, by a thread: it waits for Redis.

    Raises:
        kombu.exceptions.OperationalError: Redis does not answer; some may have been sent.
    """
    await asyncio.to_thread(celery_worker.send, celery, queue, ids)


def _do(life: Life, runtime: Runtime, functions: Functions, job_id: str) -> None:
    try:
        life.do(attempt(runtime, functions, UUID(job_id)))
    except ProblemError as error:
        _log.warning("a job can't be read", job_id=job_id, reason=error.detail)
        # PostgreSQL is away: whoever takes the message next should not find it so at once.
        time.sleep(DOWN_SECONDS)
        raise Reject(error.detail, requeue=True) from error


if __name__ == "__main__":
    main()
