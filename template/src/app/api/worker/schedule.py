"""`schedule`: writes the jobs that are done from time to time (template-owned; contract, "Processes").

The job of a span of time has one id, whoever writes it: any number of these may run.
"""

import asyncio
import signal
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from app.api.command_line import parse_command_line, settings_or_exit
from app.api.outbox.publish import enqueue
from app.api.postgres.database import Database, open_database
from app.api.slices import Slice, find_slices, import_tables, queue_of
from app.components import Settings
from app.kit.jobs import DOWN_SECONDS, job_of_time
from app.kit.logs import configure_logs

_log = structlog.stdlib.get_logger(__name__)
_LOOK_SECONDS = 5.0


def main() -> None:
    """Schedule until SIGTERM or SIGINT; status 0 then."""
    parse_command_line("Write the jobs that are done from time to time; `work` does them.")
    settings = settings_or_exit()
    configure_logs(settings.core)
    asyncio.run(_run(settings))


async def schedule(database: Database, slices: Iterable[Slice]) -> None:
    """Write jobs for ever; a database that is down is waited for."""
    while True:
        try:
            await write_due(database, slices, datetime.now(UTC))
            await asyncio.sleep(_LOOK_SECONDS)
        except Exception as error:  # noqa: BLE001 - the loop must outlive whatever happens
            _log.warning("jobs can't be scheduled", error=type(error).__name__)
            await asyncio.sleep(DOWN_SECONDS)


async def write_due(database: Database, slices: Iterable[Slice], now: datetime) -> None:
    """Write the jobs of this moment that nobody has written."""
    jobs = [
        job_of_time(f"{one.name}.{function}", every, now, queue_of(one.name))
        for one in slices
        for function, every in one.schedule.items()
    ]
    async with database.transaction() as session:
        await enqueue(session, *jobs)


async def _run(settings: Settings) -> None:
    import_tables()
    database = open_database(settings.core)
    running = asyncio.create_task(schedule(database, find_slices()))
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, running.cancel)
    with suppress(asyncio.CancelledError):
        await running
    await database.close()


if __name__ == "__main__":
    main()
