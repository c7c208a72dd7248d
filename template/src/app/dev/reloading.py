"""A process of the service in development (template-owned): started, restarted, watched for its end."""

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.dev.listener import answers
from app.dev.processes import DevelopmentError, entry_point, say, start_process, stop_process
from app.dev.reaper import Reaper

STOP_SECONDS = 5.0


@dataclass(frozen=True)
class Part:
    """What to run: `port` is where it answers once it is up, `inherited` are sockets that outlive it."""

    title: str
    command: str
    arguments: Sequence[str]
    port: int
    environment: Mapping[str, str]
    inherited: Sequence[int] = ()


class Reloading:
    """Runs a part of the service."""

    def __init__(self, part: Part, reaper: Reaper) -> None:
        self._part = part
        self._reaper = reaper
        self._process: subprocess.Popen[bytes] | None = None
        self._has_answered = False
        self._is_reload = False
        self._started = 0.0

    def start(self) -> None:
        """Start it; `check` says when it answers."""
        self._started = time.monotonic()
        self._has_answered = False
        part = self._part
        self._process = start_process(
            [entry_point(part.command), *part.arguments],
            reaper=self._reaper,
            environment=part.environment,
            inherited=part.inherited,
        )

    def restart(self) -> None:
        """Stop it and start it again, on the same port."""
        self.stop()
        self._is_reload = True
        self.start()

    def stop(self) -> None:
        """Stop it and whatever it started."""
        if self._process:
            stop_process(self._process, within=STOP_SECONDS)
            self._reaper.forget(self._process.pid)
            self._process = None

    def check(self) -> bool:
        """Notice its end, or its first answer; true at the moment of the first answer since a start.

        Raises:
            DevelopmentError: it ended by itself; not if new code did that, which the next change may mend.
        """
        if self._process is None:
            return False
        status = self._process.poll()
        if status is not None:
            self._ended(status)
        elif not self._has_answered and answers(self._part.port):
            self._has_answered = True
            say(f"The {self._part.title} answers after {time.monotonic() - self._started:.1f} s")
            return True
        return False

    def _ended(self, status: int) -> None:
        how = f"by {signal.Signals(-status).name}" if status < 0 else f"with status {status}"
        self.stop()
        if status < 0 or self._has_answered or not self._is_reload:
            raise DevelopmentError(f"The {self._part.title} ended {how}; what it said is above")
        say(f"The new code ended {how}; mend what it said above, the next change starts it again")
