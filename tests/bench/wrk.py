"""The load generator: what it sends, and what it says."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.progress import BenchError

SCRIPT = Path(__file__).with_name("load.lua")
TIMEOUT = "5s"


@dataclass(frozen=True)
class Request:
    """One request of a case; the body is JSON on one line."""

    method: str
    path: str
    body: str = ""


@dataclass(frozen=True)
class Load:
    """What one run of wrk measured; times in milliseconds."""

    requests: int
    per_second: float
    p50: float
    p99: float


def wrk_program() -> str:
    """The path of wrk.

    Raises:
        BenchError: it is not installed.
    """
    found = shutil.which("wrk")
    if found is None:
        raise BenchError("the load generator wrk is not installed; on Debian: apt-get install wrk")
    return found


def write_requests(path: Path, requests: Sequence[Request]) -> Path:
    """Write them as load.lua reads them."""
    lines = (f"{each.method}\t{each.path}\t{each.body}\n" for each in requests)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def run_wrk(address: str, requests: Path, authorization: str, *, clients: int, seconds: float) -> Load:
    """Send the requests in turn, from `clients` connections, each as soon as its last one is answered.

    Raises:
        BenchError: a reply was no success, or none came.
    """
    options = ["-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", f"--timeout={TIMEOUT}", "--latency"]
    done = subprocess.run(
        [wrk_program(), *options, f"--script={SCRIPT}", address, "--", str(requests), authorization],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise BenchError(f"wrk failed: {(done.stderr or done.stdout)[-1000:]}")
    return parse(done.stdout)


def parse(printed: str) -> Load:
    """Read what load.lua wrote at the end.

    Raises:
        BenchError: it says that a reply was no success or that none came; nothing measured then counts.
    """
    found = [line for line in printed.splitlines() if line.startswith('{"requests"')]
    if not found:
        raise BenchError(f"wrk said nothing to count on: {printed[-1000:]}")
    said = json.loads(found[-1])
    if said["refused"] or said["failed"] or not said["requests"]:
        raise BenchError(
            f"of {said['requests']} requests, {said['refused']} were refused and {said['failed']} failed"
        )
    per_second = said["requests"] / (said["microseconds"] / 1_000_000)
    return Load(said["requests"], per_second, said["p50"] / 1000, said["p99"] / 1000)
