"""Processes on cores of their own: started, watched and ended, whatever happens to the bench itself."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.bench.progress import BenchError

START_SECONDS = 60.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.002


@cache
def cores() -> tuple[set[int], set[int]]:
    """The cores for everything else, and the one for the server that is measured; decided at the first call.

    Raises:
        BenchError: there is only one.
    """
    usable = sorted(os.sched_getaffinity(os.getpid()))
    if len(usable) < 2:
        raise BenchError(
            "this needs two cores: one for the server, the rest for the load, PostgreSQL and Valkey"
        )
    return set(usable[:-1]), {usable[-1]}


def pinned(command: Sequence[str | Path], core: set[int]) -> list[str]:
    """The command on these cores, ended by the kernel if the bench is killed."""
    bound = ["setpriv", "--pdeathsig", "KILL", "taskset", "--cpu-list", ",".join(map(str, sorted(core)))]
    return [*bound, *map(str, command)]


@contextlib.contextmanager
def running(
    command: Sequence[str], *, environment: Mapping[str, str], folder: Path, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The process for the time of the block, in a session of its own; what it prints goes to `log`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, then kill what is left of its session."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def await_answer(process: subprocess.Popen[bytes], port: int, path: str, *, log: Path) -> None:
    """Wait for the first 200.

    Raises:
        BenchError: the process ended, or has not answered after a minute.
    """
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port, path):
        if process.poll() is not None or time.monotonic() > deadline:
            raise BenchError(f"the server does not answer: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(POLL_SECONDS)


def cpu_seconds(pid: int) -> float:
    """CPU time of a session's processes, their threads and the children that they waited for."""
    return sum(int(field) for fields in _session(pid) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int) -> float:
    """Resident memory of a session's processes; what two of them share counts twice."""
    return sum(int(fields[21]) for fields in _session(pid)) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _session(pid: int) -> list[list[str]]:
    """The fields of /proc/…/stat, from the state on, of each process in the session that `pid` leads.

    `serve` and uvicorn are one process; gunicorn serves from a child.
    """
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            found.append(stat.read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split())
    return [fields for fields in found if fields[3] == str(pid)]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
