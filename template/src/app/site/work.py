"""`work`: the relay and the worker, one process (template-owned; contract, "Processes")."""

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from typing import Any
from uuid import UUID

import structlog
from celery.exceptions import Reject
from django.db import DatabaseError, InterfaceError, connection

from app.apps.postgres.engine.base import close_pools, show_pool
from app.apps.redis.store import the_store
from app.apps.runtime import process
from app.kit.celery_logs import quieten
from app.kit.celery_worker import hear_signals, make_celery, run_worker, send
from app.kit.jobs import DOWN_SECONDS
from app.kit.logs import configure_logs
from app.kit.metrics_port import serve_metrics
from app.kit.settings import CoreSettings, SettingsError
from app.kit.work_arguments import parse_arguments
from app.site.command_line import start_or_exit
from app.site.schedule import schedule
from app.site.tracing import open_tracer

_log = structlog.stdlib.get_logger(__name__)


def main() -> None:
    """Work until SIGTERM or SIGINT, which lets jobs in hand finish; status 0 then, 1 where it can't start."""
    arguments = parse_arguments()
    hear_signals()
    core = start_or_exit().core
    configure_logs(core)
    quieten()
    show_pool(connection)
    try:
        serve_metrics(core)
    except SettingsError as error:
        sys.exit(str(error))
    with open_tracer(core) as process.tracer:
        status = _work(core, arguments)
    close_pools()
    the_store().close()
    sys.exit(status)


def _work(core: CoreSettings, arguments: Namespace) -> int:
    # Models can't be imported before Django is set up.
    from app.apps.outbox.functions import find_functions
    from app.apps.outbox.relay import Relay

    celery, functions = make_celery(core), find_functions()
    background: list[Callable[[Event], Any]] = [Relay(functions, partial(send, celery)).run]
    if arguments.with_schedule:
        background.append(schedule)
    with _running(background):
        _log.info("working", queues=arguments.queues)
        return run_worker(celery, partial(_do, functions), arguments.queues)


@contextmanager
def _running(background: Sequence[Callable[[Event], Any]]) -> Iterator[None]:
    """What runs in threads beside the worker's."""
    stop = Event()
    threads = [Thread(target=each, args=(stop,)) for each in background]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _do(functions: Any, job_id: str) -> None:
    from app.apps.outbox.attempt import attempt

    try:
        attempt(functions, UUID(job_id))
    except (DatabaseError, InterfaceError) as error:
        reason = type(error).__name__
        _log.warning("a job can't be read", job_id=job_id, reason=reason)
        # PostgreSQL is away: whoever takes the message next should not find it so at once.
        time.sleep(DOWN_SECONDS)
        raise Reject(reason, requeue=True) from error
    finally:
        # Back to the pool.
        connection.close()


if __name__ == "__main__":
    main()
