"""Where a service is measured: itself with its servers, its peers, a collector of traces, and how long."""

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.flavours import Flavour
from tests.bench.peers import install
from tests.bench.plan import Plan
from tests.bench.processes import await_answer, cores, free_port, pinned, running
from tests.bench.progress import say
from tests.bench.service import Service, prepare, with_servers
from tests.bench.variants import Variant
from tests.renders import REPOSITORY


@dataclass(frozen=True)
class Stage:
    """`collector` is the port that traces go to, `folder` where logs and other passing files are."""

    flavour: Flavour
    service: Service
    collector: int
    folder: Path
    plan: Plan

    @property
    def collector_address(self) -> str:
        return f"http://127.0.0.1:{self.collector}"

    def programs(self, variant: Variant) -> Path:
        """The environment that a variant runs in: the service's as deployed, or a peer's own."""
        return self.folder.parent / variant.name if variant.is_peer else self.service.deployed

    def program(self, variant: Variant, name: str) -> Path:
        """The path of a program of a variant's environment."""
        return self.programs(variant) / "bin" / name

    def environment(self, variant: Variant) -> dict[str, str]:
        """The variables of a variant's programs."""
        imports = {"PYTHONPATH": str(variant.folder)} if variant.folder else {}
        return {**self.service.variables, **imports, **variant.variables}

    def say(self, what: str) -> None:
        """Print one line of progress."""
        say(f"{self.flavour.name}: {what}")


@contextlib.contextmanager
def open_stage(flavour: Flavour, folder: Path, plan: Plan) -> Iterator[Stage]:
    """Everything that runs until the end of the block; this process too leaves the server's core alone."""
    own = folder / flavour.folder.name
    own.mkdir(parents=True, exist_ok=True)
    rest, _ = cores()
    installed = prepare(own, flavour.answers)
    for peer in flavour.peers:
        install(peer, installed, folder / peer.name)
    os.sched_setaffinity(0, rest)
    port, log = free_port(), own / "collector.log"
    command = pinned([sys.executable, "-m", "tests.bench.sink", str(port)], rest)
    with (
        with_servers(installed) as service,
        running(command, environment=os.environ, folder=REPOSITORY, log=log) as process,
    ):
        await_answer(process, port, "/", log=log)
        stage = Stage(flavour, service, port, own, plan)
        for peer in flavour.peers:
            _prepare(stage, peer)
        yield stage


def _prepare(stage: Stage, peer: Variant) -> None:
    """Have a peer make the tables of its own."""
    if peer.prepare:
        python = stage.program(peer, "python")
        stage.service.run(python, "-m", peer.prepare, **stage.environment(peer))
