"""`schedule`: writes the jobs that are done from time to time (template-owned; contract, "Processes").

The job of a span of time has one id, whoever writes it: any number of these may run.
"""

import signal
from collections.abc import Iterable
from datetime import UTC, datetime
from threading import Event

import structlog
from django.db import connection

from app.apps.slices import Slice, find_slices, queue_of
from app.kit.jobs import DOWN_SECONDS, job_of_time
from app.kit.logs import configure_logs
from app.site.command_line import parse_command_line, start_or_exit

_log = structlog.stdlib.get_logger(__name__)
_LOOK_SECONDS = 5.0


def main() -> None:
    """Schedule until SIGTERM or SIGINT; status 0 then."""
    parse_command_line("Write the jobs that are done from time to time; `work` does them.")
    configure_logs(start_or_exit().core)
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    schedule(stop)


def schedule(stop: Event) -> None:
    """Write jobs until told to stop; a database that is down is waited for."""
    while not stop.is_set():
        try:
            write_due(find_slices(), datetime.now(UTC))
            connection.close()
            stop.wait(_LOOK_SECONDS)
        except Exception as error:  # noqa: BLE001 - the loop must outlive whatever happens
            _log.warning("jobs can't be scheduled", error=type(error).__name__)
            connection.close()
            stop.wait(DOWN_SECONDS)


def write_due(slices: Iterable[Slice], now: datetime) -> None:
    """Write the jobs of this moment that nobody has written."""
    # Models can't be imported before Django is set up.
    from app.apps.outbox.publish import enqueue

    jobs = [
        job_of_time(f"{one.short_name}.{function}", every, now, queue_of(one.short_name))
        for one in slices
        for function, every in one.schedule.items()
    ]
    enqueue(*jobs)


if __name__ == "__main__":
    main()
