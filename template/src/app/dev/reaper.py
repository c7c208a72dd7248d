"""Ends what a killed parent left behind (template-owned): a small process that reads pids from a pipe.

The pipe closes however the parent ends, `kill -9` included. The file imports nothing of `app`: it is run alone.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast


class Reaper:
    """Watches process groups for its parent and ends them once the parent is gone."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._pipe = cast("IO[bytes]", process.stdin)

    @classmethod
    def start(cls) -> Self:
        """Start the reaper's process, in a session of its own so that no Ctrl-C reaches it."""
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
        )
        with cast("IO[bytes]", process.stdout) as output:
            output.readline()  # from here on no signal ends it
        return cls(process)

    def watch(self, pid: int) -> None:
        """End the group led by `pid` when this process is gone.

        Raises:
            OSError: the reaper itself is gone or closed, so nothing would be ended.
        """
        self._tell(f"+{pid}\n")

    def forget(self, pid: int) -> None:
        """The group has ended by itself: its number may soon be another's."""
        with contextlib.suppress(OSError):
            self._tell(f"-{pid}\n")

    def close(self) -> None:
        """End every group that is still watched, then the reaper; returns when all are gone."""
        if not self._pipe.closed:
            self._pipe.close()
        self._process.wait()

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be watched any more."""
        return self._pipe.closed

    def _tell(self, line: str) -> None:
        if self._pipe.closed:
            raise BrokenPipeError("the reaper is closed")
        self._pipe.write(line.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def main() -> None:
    """Read `+pid` and `-pid` lines to the end of the input, then end what is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.write(1, b"ready\n")
    os.close(1)
    groups: set[int] = set()
    for line in sys.stdin.buffer:
        change = groups.add if line.startswith(b"+") else groups.discard
        change(int(line[1:]))
    end_groups(groups)


def end_groups(groups: Iterable[int]) -> None:
    """Interrupt the groups, ask again after two seconds, kill what is left after five.

    SIGINT first, because it is the one on which PostgreSQL doesn't wait for its clients.
    """
    left = set(groups)
    for number, seconds in ((signal.SIGINT, 2.0), (signal.SIGTERM, 3.0), (signal.SIGKILL, 0.0)):
        for group in left:
            _signal(group, number)
        deadline = time.monotonic() + seconds
        while (left := _living(left)) and time.monotonic() < deadline:
            time.sleep(0.02)


def _living(groups: set[int]) -> set[int]:
    """Those with a process that runs: a zombie that nobody fetches would keep its group for ever."""
    if not Path("/proc/self").exists():
        return {group for group in groups if _signal(group, 0)}
    states = (_state_and_group(entry) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return groups & {group for state, group in states if state not in "ZX"}


def _state_and_group(entry: Path) -> tuple[str, int]:
    try:
        state, _, group, *_ = (entry / "stat").read_text(errors="replace").rpartition(") ")[2].split()
    except (OSError, ValueError):
        return "X", 0
    return state, int(group)


def _signal(group: int, number: int) -> bool:
    """Whether there was someone to signal."""
    try:
        os.killpg(group, number)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
