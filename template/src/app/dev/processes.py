"""Starts and stops the processes of development (template-owned), each in a session of its own."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import which
from typing import IO

from app.dev.reaper import Reaper


class DevelopmentError(Exception):
    """Development can't go on; the text is one line that says what to do."""


def start_process(
    command: Sequence[str | Path],
    *,
    reaper: Reaper | None = None,
    output: IO[bytes] | None = None,
    standard_input: int | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    inherited: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a command as the leader of a new session, so that a Ctrl-C in the terminal reaches only us.

    `inherited` are file descriptors it may use. With a reaper it never outlives this process.

    Raises:
        DevelopmentError: it can't be started.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=standard_input,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=environment,
            cwd=folder,
            pass_fds=tuple(inherited),
            start_new_session=True,
        )
    except OSError as error:
        raise DevelopmentError(
            f"{command[0]} can't be started ({error.strerror}); run `uv sync --reinstall`, also after moving the folder"
        ) from None
    if reaper:
        _watch(process, reaper)
    return process


def stop_process(
    process: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM, within: float = 10.0
) -> None:
    """Ask the process to end by a signal, wait `within` seconds, then kill its whole group."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(within)
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()


def entry_point(name: str) -> str:
    """The path of a console script such as `migrate`: the one beside this Python, else on PATH.

    Raises:
        DevelopmentError: it is in neither place.
    """
    beside = Path(sys.executable).parent
    found = which(name, path=os.pathsep.join((str(beside), os.environ.get("PATH", ""))))
    if found is None:
        raise DevelopmentError(f"The command {name} is not installed; run `uv sync`")
    return found


def say(message: str) -> None:
    """Print one line at once; a closed terminal is no reason to fail."""
    try:
        print(message, flush=True)
    except OSError:
        # What Python still holds of it would fail again at its end, and change the exit status.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _watch(process: subprocess.Popen[bytes], reaper: Reaper) -> None:
    try:
        reaper.watch(process.pid)
    except OSError:
        stop_process(process, within=0)
        raise DevelopmentError("The process that cleans up was killed; start again") from None
