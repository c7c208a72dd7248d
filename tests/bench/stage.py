"""Where a service is measured: itself with its servers, a collector of traces, and how long."""

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.plan import Plan
from tests.bench.processes import await_answer, cores, free_port, pinned, running
from tests.bench.service import Service, prepare, with_servers
from tests.renders import REPOSITORY


@dataclass(frozen=True)
class Stage:
    """`collector` is the port that traces go to, `folder` where logs and other passing files are."""

    service: Service
    collector: int
    folder: Path
    plan: Plan

    @property
    def collector_address(self) -> str:
        return f"http://127.0.0.1:{self.collector}"


@contextlib.contextmanager
def open_stage(folder: Path, plan: Plan) -> Iterator[Stage]:
    """Everything that runs until the end of the block; this process too leaves the server's core alone."""
    folder.mkdir(parents=True, exist_ok=True)
    rest, _ = cores()
    installed = prepare(folder)
    os.sched_setaffinity(0, rest)
    port, log = free_port(), folder / "collector.log"
    command = pinned([sys.executable, "-m", "tests.bench.sink", str(port)], rest)
    with (
        with_servers(installed) as service,
        running(command, environment=os.environ, folder=REPOSITORY, log=log) as process,
    ):
        await_answer(process, port, "/", log=log)
        yield Stage(service, port, folder, plan)
