"""Looks at the processes of this machine, to see that none is left (template-owned)."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path


def family(pid: int) -> set[int]:
    """A process and everything it started, however deep."""
    parents = dict(_parents())
    members = {pid}
    while more := {child for child, parent in parents.items() if parent in members} - members:
        members |= more
    return members


def living(pids: set[int]) -> set[int]:
    """Those that still run; a zombie doesn't."""
    return pids & {pid for pid, _ in _parents()}


def wait_until(is_so: Callable[[], object], seconds: float = 15) -> bool:
    """Wait until something is so; whether it came to be."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _parents() -> Iterator[tuple[int, int]]:
    """(process, its parent), zombies left out."""
    if Path("/proc/self").exists():
        states = [_linux_state(entry) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    else:
        listed = subprocess.run(["ps", "-axo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)
        states = [line.split() for line in listed.stdout.splitlines()]
    return ((int(state[0]), int(state[1])) for state in states if state and not state[2].startswith("Z"))


def _linux_state(entry: Path) -> list[str]:
    try:
        before, _, after = (entry / "stat").read_text(errors="replace").rpartition(") ")
    except OSError:
        return []
    state, parent, *_ = after.split()
    return [before.partition(" ")[0], parent, state]
