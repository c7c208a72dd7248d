"""Servers of a test's own, to be killed, hung and started again (template-owned)."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.dev.processes import family, living, wait_until

from app.dev.embedded import EmbeddedServer
from app.dev.postgres import start_postgres
from app.dev.reaper import Reaper
from app.dev.valkey import start_valkey


class OwnServer:
    """An embedded server; each start is on another port."""

    def __init__(self, start: Callable[[], EmbeddedServer]) -> None:
        self._start = start
        self._server = start()

    @property
    def url(self) -> str:
        """Where it answers, or did before it was stopped."""
        (url,) = self._server.environment.values()
        return url

    @property
    def is_running(self) -> bool:
        """Whether it is there, hung or not."""
        return self._server.is_running

    def stop(self) -> None:
        """Stop it as an administrator does: clients are cut off, data are kept."""
        self._server.stop()

    def kill(self) -> None:
        """Kill all its processes at once, as a machine that runs out of memory does."""
        processes = family(self._server.pid)
        _signal(processes, signal.SIGKILL)
        self._server.process.wait()
        assert wait_until(lambda: not living(processes))
        self._server.stop()

    def start(self) -> None:
        """Start it again, with the data that it had."""
        self._server = self._start()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """All its processes are stopped: connections stay open, and nothing is answered."""
        processes = family(self._server.pid)
        try:
            _signal(processes, signal.SIGSTOP)
            yield
        finally:
            _signal(processes, signal.SIGCONT)


@contextmanager
def own_postgres(folder: Path, *, durable: bool = False) -> Iterator[OwnServer]:
    """A PostgreSQL with its data in `folder`; only a durable one keeps what it acknowledged when it is killed."""
    with _stopped_at_last(lambda reaper: start_postgres(folder, durable=durable, reaper=reaper)) as own:
        yield own


@contextmanager
def own_valkey(folder: Path) -> Iterator[OwnServer]:
    """A Valkey that keeps nothing when it stops."""
    with _stopped_at_last(lambda reaper: start_valkey(folder, durable=False, reaper=reaper)) as own:
        yield own


@contextmanager
def _stopped_at_last(start: Callable[[Reaper], EmbeddedServer]) -> Iterator[OwnServer]:
    with Reaper.start() as reaper:
        own = OwnServer(lambda: start(reaper))
        try:
            yield own
        finally:
            own.stop()


def _signal(processes: set[int], number: signal.Signals) -> None:
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):  # a connection that has closed meanwhile
            os.kill(pid, number)
