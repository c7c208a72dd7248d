"""CPU time of each layer on a route that does nothing: in process, in fresh interpreters."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.bench.figures import Goal
from tests.bench.flavours import Flavour
from tests.bench.page import Section, Table
from tests.bench.processes import cores, pinned
from tests.bench.progress import BenchError
from tests.bench.results import Result
from tests.bench.stage import Stage
from tests.bench.variants import RENDERED, SETTINGS

TRACED = ("tracing", "redis")
# Milliseconds between exports: so often that they fall into the measured time.
OFTEN = {"OTEL_BSP_SCHEDULE_DELAY": "200"}
# A busy machine must not make the service go on without Redis: that is what is measured.
MEASURED = {"REDIS_TIMEOUT": "5s"}
TEXT = """
The application is called directly, without HTTP, {requests} times in a fresh interpreter. The figure is the
least of {rounds} rounds in which the layers take turns, since what disturbs only adds. CPU time of the
process with all its threads. Up to the last row a stand-in says at once what Redis would, so that this row is
what the round trip costs this process.
"""


def measure_layers(stage: Stage) -> Result:
    """Measure every layer with those before it."""
    least = dict.fromkeys(stage.flavour.layers, float("inf"))
    for number in range(1, stage.plan.rounds + 1):
        for layer in least:
            least[layer] = min(least[layer], _microseconds(stage, layer))
        so_far = ", ".join(f"{layer} {value:.0f}" for layer, value in least.items())
        stage.say(f"layers: round {number} of {stage.plan.rounds}, µs: {so_far}")
    text = TEXT.format(requests=f"{stage.plan.requests:,}", rounds=stage.plan.rounds)
    section = Section(f"{stage.flavour.name}: layers", [text, _table(stage.flavour, least)])
    return Result([section], _goals(stage.flavour, least))


def _microseconds(stage: Stage, layer: str) -> float:
    command: list[str | Path] = [
        stage.program(RENDERED, "python"),
        "-m",
        "noop",
        layer,
        str(stage.plan.requests),
    ]
    environment = {**stage.service.variables, **SETTINGS, **MEASURED, "PYTHONPATH": str(stage.flavour.folder)}
    if layer in TRACED:
        environment |= {"OTEL_EXPORTER_OTLP_ENDPOINT": stage.collector_address, **OFTEN}
    with (stage.folder / "noop.log").open("wb") as log:
        done = subprocess.run(
            pinned(command, cores()[1]),
            cwd=stage.service.folder,
            env=environment,
            stdout=log,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    if done.returncode:
        raise BenchError(f"noop {layer} failed: {done.stderr[-2000:]}")
    return float(done.stderr.splitlines()[-1])


def _table(flavour: Flavour, least: Mapping[str, float]) -> Table:
    table = Table(("layer, each with those above", "CPU µs / request", "added", "all layers"))
    base = before = least["route"]
    for layer, text in flavour.layers.items():
        added = (
            (f"{least[layer] - before:.0f}", f"{least[layer] - base:.0f}") if layer != "route" else ("", "")
        )
        table.rows.append((text, f"{least[layer]:.0f}", *added))
        before = least[layer]
    return table


def _goals(flavour: Flavour, least: Mapping[str, float]) -> list[Goal]:
    if flavour.layer_bars is None:
        return []
    without, with_redis = (least[layer] - least["route"] for layer in TRACED)
    bar, bar_with_redis = flavour.layer_bars
    goals = [
        Goal("layers on a route that does nothing, without Redis: CPU", without, bar, unit="µs"),
        Goal("the same with Redis", with_redis, bar_with_redis, unit="µs"),
    ]
    return [goal.of(flavour.name) for goal in goals]
