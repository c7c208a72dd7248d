"""A variant that runs, on a core of its own."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.processes import await_answer, cores, free_port, pinned, running
from tests.bench.stage import Stage
from tests.bench.variants import SETTINGS, Variant

LIVE = "/health/live"


@dataclass(frozen=True)
class Server:
    """One that runs now."""

    variant: Variant
    port: int
    pid: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def served(stage: Stage, variant: Variant) -> Iterator[Server]:
    """The variant on a core of its own until the end of the block, which begins with its first 200.

    What it prints goes to a new file.
    """
    log = stage.folder / f"{variant.name.replace(' ', '-')}.log"
    log.write_bytes(b"")
    port = free_port()
    environment = {
        **stage.environment(variant),
        **SETTINGS,
        "PORT": str(port),
        "METRICS_PORT": str(free_port()),
        "OTEL_EXPORTER_OTLP_ENDPOINT": stage.collector_address,
    }
    program, *arguments = variant.command
    command = [str(stage.program(variant, program)), *(word.format(port=port) for word in arguments)]
    pinned_command = pinned(command, cores()[1])
    with running(pinned_command, environment=environment, folder=stage.service.folder, log=log) as process:
        await_answer(process, port, LIVE, log=log)
        yield Server(variant, port, process.pid, log)
