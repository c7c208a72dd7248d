"""The API as a process of development (template-owned): started, restarted, watched for its end."""

import signal
import socket
import subprocess
import time
from collections.abc import Mapping

from app.dev.listener import answers
from app.dev.processes import DevelopmentError, entry_point, say, start_process, stop_process
from app.dev.reaper import Reaper

STOP_SECONDS = 5.0


class ApiProcess:
    """Runs `serve` on a socket that outlives it."""

    def __init__(self, listener: socket.socket, environment: Mapping[str, str], reaper: Reaper) -> None:
        self._listener = listener
        self._environment = {**environment, "LISTEN_FD": str(listener.fileno())}
        self._reaper = reaper
        self._process: subprocess.Popen[bytes] | None = None
        self._has_answered = False
        self._is_reload = False
        self._started = 0.0

    def start(self) -> None:
        """Start it; `check` says when it answers."""
        self._started = time.monotonic()
        self._has_answered = False
        self._process = start_process(
            [entry_point("serve")],
            reaper=self._reaper,
            environment=self._environment,
            inherited=[self._listener.fileno()],
        )

    def restart(self, reason: str) -> None:
        """Stop it and start it again, with the same socket."""
        say(f"{reason}; restarting the API")
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
        elif not self._has_answered and answers(self._listener.getsockname()[1]):
            self._has_answered = True
            say(f"The API answers after {time.monotonic() - self._started:.1f} s")
            return True
        return False

    def _ended(self, status: int) -> None:
        how = f"by {signal.Signals(-status).name}" if status < 0 else f"with status {status}"
        self.stop()
        if status < 0 or self._has_answered or not self._is_reload:
            raise DevelopmentError(f"The API ended {how}; what it said is above")
        say(f"The new code ended {how}; mend what it said above, the next change starts it again")
