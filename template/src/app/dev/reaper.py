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
from types import TracebackType
from typing import IO, Self, cast

GRACE_SECONDS = 5.0


class Reaper:
    """Watches process groups for its parent and ends them once the parent is gone."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._pipe = cast("IO[bytes]", process.stdin)

    @classmethod
    def start(cls) -> Self:
        """Start the reaper's process, in a session of its own so that no Ctrl-C reaches it."""
        command = [sys.executable, "-I", "-S", __file__]
        quiet = subprocess.DEVNULL
        return cls(
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, bufsize=0, start_new_session=True
            )
        )

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
    groups: set[int] = set()
    for line in sys.stdin.buffer:
        change = groups.add if line.startswith(b"+") else groups.discard
        change(int(line[1:]))
    end_groups(groups)


def end_groups(groups: Iterable[int]) -> None:
    """Interrupt the groups, wait up to five seconds, kill what is left.

    SIGINT, because it is the one on which PostgreSQL doesn't wait for its clients.
    """
    left = {group for group in groups if _signal(group, signal.SIGINT)}
    deadline = time.monotonic() + GRACE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = {group for group in left if _signal(group, 0)}
    for group in left:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    """Whether there was someone to signal."""
    try:
        os.killpg(group, number)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
