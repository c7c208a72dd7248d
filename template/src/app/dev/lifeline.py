"""Tells when development should end (template-owned): a signal, a closed terminal, or a parent that is gone."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import FrameType

RUNNERS = {"uv", "uvx", "just"}
PARENTS_SECONDS = 1.0


class EndedError(Exception):
    """Somebody asked for the end; the text says who."""


class Lifeline:
    """Handles the signals that end us: they are noted, and `check` raises at the next safe moment."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays in force
                signal.signal(number, self._note)
        self._output = select.poll()
        self._output.register(1, 0)
        self._chain = _runners()
        self._looked = time.monotonic()

    def check(self) -> None:
        """Raise if it is time to end.

        Raises:
            EndedError: it is.
        """
        if self.signal:
            raise EndedError("Ctrl-C" if self.signal == signal.SIGINT else self.signal.name)
        # A closed terminal's SIGHUP reaches only the first process of the terminal's group that asks for it.
        if any(event & (select.POLLHUP | select.POLLERR) for _, event in self._output.poll(0)):
            raise EndedError("the terminal is closed")
        if time.monotonic() - self._looked > PARENTS_SECONDS:
            self._looked = time.monotonic()
            if [pid for pid, _ in islice(_parents(), len(self._chain))] != self._chain:
                raise EndedError("the command that started this one is gone")

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.signal = self.signal or signal.Signals(number)


def _runners() -> list[int]:
    """Our parent, and those above up to the topmost uv or just: one of them killed never tells us."""
    parents = list(_parents())
    highest = max((place for place, (_, name) in enumerate(parents) if name in RUNNERS), default=0)
    return [pid for pid, _ in parents[: highest + 1]]


def _parents() -> Iterator[tuple[int, str]]:
    """Parents, nearest first, each with the name of its program."""
    pid = os.getppid()
    while pid > 1:
        above, name = _parent_and_name(pid)
        yield pid, name
        pid = above


def _parent_and_name(pid: int) -> tuple[int, str]:
    status = Path(f"/proc/{pid}/stat")
    try:
        if Path("/proc/self").exists():
            before, _, after = status.read_text(errors="replace").rpartition(") ")
            return int(after.split()[1]), before.partition(" (")[2]
        said = subprocess.run(["ps", "-o", "ppid=,comm=", "-p", str(pid)], capture_output=True, text=True, check=True)
        above, name = said.stdout.split(maxsplit=1)
        return int(above), Path(name.strip()).name
    except (OSError, ValueError, subprocess.CalledProcessError):
        return 0, ""
