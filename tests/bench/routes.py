"""Requests per second, latency and server CPU of the tasks' routes, in variants that take turns."""

from dataclasses import dataclass, field
from typing import NamedTuple

from tests.bench.cases import Rows, cases, log_in, walk
from tests.bench.evidence import Evidence
from tests.bench.flavours import HEALTH
from tests.bench.processes import cpu_seconds, resident_mib
from tests.bench.progress import BenchError
from tests.bench.serving import Server, served
from tests.bench.stage import Stage
from tests.bench.variants import RENDERED
from tests.bench.wrk import Load, run_wrk, write_requests

CLIENTS = 32
WARM_SECONDS = 1
RATE, P50, P99, CPU, BUSY = "requests / s", "p50 ms", "p99 ms", "CPU µs / request", "core busy"
AT_START, AFTER_LOAD = "at the first 200", "after the load"


class Quantity(NamedTuple):
    """What a figure is of; a variant's memory belongs to no case."""

    variant: str
    case: str
    what: str


Round = dict[Quantity, float]


@dataclass
class Routes:
    """The measurement; `rows` are what the first server showed, and each other must show too."""

    stage: Stage
    rows: Rows | None = None
    rounds: list[Round] = field(default_factory=list)

    def measure(self) -> None:
        """Measure every case of every variant, each of which is started anew in each round."""
        count = self.stage.plan.rounds
        for number in range(1, count + 1):
            found: Round = {}
            for variant in self.stage.flavour.variants:
                self.stage.service.load_data()
                with served(self.stage, variant) as server:
                    figures = self._measure_server(server)
                rates = [f"{of.case} {value:.0f}" for of, value in figures.items() if of.what == RATE]
                self.stage.say(
                    f"routes: round {number} of {count}, {variant.name}, a second: {', '.join(rates)}"
                )
                found |= figures
            self.rounds.append(found)

    def _measure_server(self, server: Server) -> Round:
        name = server.variant.name
        found = {Quantity(name, "", AT_START): resident_mib(server.pid)}
        authorization = log_in(server)
        rows = walk(server, authorization)
        self._check_same(rows, name)
        evidence, answered = self._evidence(server), 0
        for case, requests in cases(server.variant, rows).items():
            file = write_requests(self.stage.folder / "requests.tsv", requests)
            run_wrk(server.address, file, authorization, clients=CLIENTS, seconds=WARM_SECONDS)
            used, seconds = cpu_seconds(server.pid), self.stage.plan.seconds
            load = run_wrk(server.address, file, authorization, clients=CLIENTS, seconds=seconds)
            figures = _figures(load, cpu_seconds(server.pid) - used)
            found |= {Quantity(name, case, what): value for what, value in figures.items()}
            answered += load.requests if case != HEALTH else 0
        if server.variant == RENDERED:
            self._evidence(server).check_since(evidence, requests=answered)
        return found | {Quantity(name, "", AFTER_LOAD): resident_mib(server.pid)}

    def _evidence(self, server: Server) -> Evidence:
        url = self.stage.service.variables["REDIS_URL"]
        return Evidence.gather(log=server.log, redis_url=url, collector=self.stage.collector)

    def _check_same(self, rows: Rows, name: str) -> None:
        """Variants that answer differently would not do the same work."""
        self.rows = self.rows or rows
        for ours, theirs in zip(self.rows.items, rows.items, strict=True):
            if theirs != ours:
                raise BenchError(f"{name} answers otherwise than {RENDERED.name}: {theirs} instead of {ours}")


def _figures(load: Load, used: float) -> dict[str, float]:
    """What is kept of one run of wrk; `used` is the server's CPU time in seconds."""
    return {
        RATE: load.per_second,
        P50: load.p50,
        P99: load.p99,
        CPU: used / load.requests * 1_000_000,
        BUSY: used / (load.requests / load.per_second),
    }
