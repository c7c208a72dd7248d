"""What the embedded servers have in common (template-owned): a lock, a password, a port, readiness.

They are for development and tests only; production refuses them.
"""

import contextlib
import fcntl
import importlib.util
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.dev.processes import DevelopmentError, stop_process
from app.dev.reaper import Reaper

LOCK_SECONDS = 15.0
START_SECONDS = 60.0
PORT_ATTEMPTS = 5


class EmbeddedServerError(DevelopmentError):
    """An embedded server can't start; the text is one line that says what to do."""


@dataclass(frozen=True)
class EmbeddedServer:
    """A running server: its name in EMBEDDED_SERVERS, and the variables that lead to it."""

    name: str
    environment: dict[str, str] = field(repr=False)
    process: subprocess.Popen[bytes] = field(repr=False)
    reaper: Reaper | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        """The server's main process, leader of its own session and group."""
        return self.process.pid

    @property
    def is_running(self) -> bool:
        """Whether the server is still there."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Stop the server and wait for it; its data stay. A second call does nothing."""
        # SIGINT is the stop of both servers that keeps the data and doesn't wait for clients.
        stop_process(self.process, by=signal.SIGINT)
        if self.reaper:
            self.reaper.forget(self.pid)


def installed_folder(package: str) -> Path:
    """The folder of an installed package, found without importing it (an import may have side effects).

    Raises:
        EmbeddedServerError: it is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            f"{package} is not installed: run `uv sync`, or set DATABASE_URL and REDIS_URL to servers of your own"
        )
    return Path(spec.origin).parent


@contextlib.contextmanager
def held_lock(path: Path, *, name: str, reaper: Reaper | None = None) -> Iterator[int]:
    """Hold a lock that is passed on to the server: it is free again once no process of the server is left.

    So a pid file that is still there when we have the lock is always stale.

    Raises:
        EmbeddedServerError: another server has had it for fifteen seconds, or a file is not ours to use.
    """
    make_data_folder(path.parent)
    try:
        with path.open("ab") as file:
            _wait_for_lock(file.fileno(), path.parent, name, reaper)
            yield file.fileno()
    except OSError as error:
        raise EmbeddedServerError(
            f"{error.filename or path} can't be used ({error.strerror}); make it yours, or set DATA_DIR to another"
        ) from None


def make_data_folder(path: Path) -> None:
    """Make the folder of the servers' data, closed to others.

    Raises:
        EmbeddedServerError: that is not possible.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise EmbeddedServerError(
            f"The data folder {path} can't be used ({error.strerror}); make it yours, or set DATA_DIR to another"
        ) from None


def kept_password(path: Path) -> tuple[str, bool]:
    """The password in a file, made at the first call (mode 0600), and whether it was made now."""
    with contextlib.suppress(FileNotFoundError):
        if password := path.read_text(encoding="ascii").strip():
            return password, False
    password = secrets.token_hex(16)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{password}\n")
    return password, True


def start_on_free_port(
    launch: Callable[[int], subprocess.Popen[bytes]],
    is_ready: Callable[[subprocess.Popen[bytes], int], bool],
    *,
    name: str,
    log: Path,
) -> tuple[subprocess.Popen[bytes], int]:
    """Launch a server on a port the kernel chose, and again on another if someone took it in between.

    Raises:
        EmbeddedServerError: it ended, or is not ready after a minute.
    """
    for _ in range(PORT_ATTEMPTS):
        port = _free_port()
        process = launch(port)
        if _await_ready(process, lambda process=process, port=port: is_ready(process, port)):  # type: ignore[misc]
            return process, port
        stop_process(process, within=0)
        if "Address already in use" not in log.read_text(errors="replace"):
            break
    raise EmbeddedServerError(f"{name} did not start: {_last_line(log)} (all of it: {log})")


def _await_ready(process: subprocess.Popen[bytes], is_ready: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if is_ready():
            return True
        time.sleep(0.02)
    return False


def _wait_for_lock(descriptor: int, folder: Path, name: str, reaper: Reaper | None) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while not _take(descriptor):
        if time.monotonic() > deadline or (reaper and reaper.is_closed):
            raise EmbeddedServerError(
                f"{name} in {folder} is in use by another command; end that, or set DATA_DIR to another folder"
            )
        time.sleep(0.05)


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    return (fatal or lines or ["it said nothing"])[-1].strip()
