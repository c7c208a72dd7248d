"""CPU time of each layer on a route that does nothing: in process, in fresh interpreters."""

import subprocess
from pathlib import Path

from tests.bench.figures import Goal
from tests.bench.page import Section, Table
from tests.bench.plan import Plan
from tests.bench.processes import cores, pinned
from tests.bench.progress import BenchError, say
from tests.bench.results import Result
from tests.bench.stage import Stage
from tests.bench.variants import APPS, SETTINGS

# In the order in which apps/noop.py adds them.
LAYERS = {
    "route": "a bare FastAPI route",
    "operation": "+ the service's route class and application, a public operation",
    "edge": "+ the layer around it: id, headers, metrics, log line to a file, time limit",
    "token": "+ access token and permission",
    "tracing": "+ tracing at 10 %, exported",
    "redis": "+ one round trip to Redis: rate limit and session version",
}
TRACED = ("tracing", "redis")
# Milliseconds between exports: so often that they fall into the measured time.
OFTEN = {"OTEL_BSP_SCHEDULE_DELAY": "200"}
TEXT = """
The application is called directly, without HTTP, {requests} times in a fresh interpreter. The figure is the
least of {rounds} rounds in which the layers take turns, since what disturbs only adds. CPU time of the
process with all its threads. Up to the last row a stand-in says at once what Redis would, so that this row is
what the round trip costs this process.
"""


def measure_layers(stage: Stage) -> Result:
    """Measure every layer with those before it."""
    least = dict.fromkeys(LAYERS, float("inf"))
    for number in range(1, stage.plan.rounds + 1):
        for layer in LAYERS:
            least[layer] = min(least[layer], _microseconds(stage, layer))
        so_far = ", ".join(f"{layer} {value:.0f}" for layer, value in least.items())
        say(f"layers: round {number} of {stage.plan.rounds}, µs: {so_far}")
    return _result(least, stage.plan)


def _microseconds(stage: Stage, layer: str) -> float:
    command: list[str | Path] = [
        stage.service.program("python"),
        APPS / "noop.py",
        layer,
        str(stage.plan.requests),
    ]
    # A busy machine must not make the service go on without Redis: that is what is measured.
    environment = {**stage.service.variables, **SETTINGS, "REDIS_TIMEOUT": "5s"}
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
        raise BenchError(f"noop.py {layer} failed: {done.stderr[-2000:]}")
    return float(done.stderr.splitlines()[-1])


def _result(least: dict[str, float], plan: Plan) -> Result:
    table = Table(("layer, each with those above", "CPU µs / request", "added", "all layers"))
    base = before = least["route"]
    for layer, text in LAYERS.items():
        added = (
            (f"{least[layer] - before:.0f}", f"{least[layer] - base:.0f}") if layer != "route" else ("", "")
        )
        table.rows.append((text, f"{least[layer]:.0f}", *added))
        before = least[layer]
    goals = [
        Goal(
            "layers on a route that does nothing, without Redis: CPU", least["tracing"] - base, 40, unit="µs"
        ),
        Goal("the same with Redis", least["redis"] - base, 150, unit="µs"),
    ]
    text = TEXT.format(requests=f"{plan.requests:,}", rounds=plan.rounds)
    return Result([Section("Layers", [text, table])], goals)
