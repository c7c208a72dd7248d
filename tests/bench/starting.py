"""Time from the start of the process to the first 200 of /health/live, with and without compiled bytecode."""

import shutil
import time

from tests.bench.figures import medians, ratio
from tests.bench.page import Section, Table
from tests.bench.processes import cpu_seconds
from tests.bench.progress import say
from tests.bench.results import Result
from tests.bench.service import Service
from tests.bench.stage import Stage
from tests.bench.variants import RENDERED, USUAL, served

KINDS = ("cold", "warm")
TEXT = """
*Cold*: no bytecode of the service and its packages is there yet, as at the first start after an
installation. *Warm*: every later start, and any of the image, which is built with it. Medians of {rounds}
rounds; in brackets CPU seconds.
"""
# Of a variant, cold or warm: seconds, or CPU seconds.
Key = tuple[str, str, str]


def measure_starts(stage: Stage) -> Result:
    """Start the service as rendered and the usual ORM application, in turns."""
    rounds = []
    for number in range(1, stage.plan.rounds + 1):
        rounds.append(_round(stage))
        say(f"starts: round {number} of {stage.plan.rounds}")
    return Result([Section("Start", [TEXT.format(rounds=len(rounds)), _table(rounds)])])


def _round(stage: Stage) -> dict[Key, float]:
    found: dict[Key, float] = {}
    for variant in (RENDERED, USUAL):
        _forget_bytecode(stage.service)
        for kind in KINDS:
            began = time.monotonic()
            with served(stage, variant) as server:
                found[variant.name, kind, "seconds"] = time.monotonic() - began
                found[variant.name, kind, "CPU"] = cpu_seconds(server.pid)
    return found


def _forget_bytecode(service: Service) -> None:
    for root in (service.environment / "lib", service.folder / "src"):
        for compiled in list(root.rglob("__pycache__")):
            shutil.rmtree(compiled)


def _table(rounds: list[dict[Key, float]]) -> Table:
    middle = medians(rounds)
    table = Table(("first 200 after", *KINDS))
    for name in (RENDERED.name, USUAL.name):
        cells = (f"{middle[name, kind, 'seconds']:.2f} s ({middle[name, kind, 'CPU']:.2f})" for kind in KINDS)
        table.rows.append((name, *cells))
    quotients = (
        ratio(rounds, (RENDERED.name, kind, "seconds"), (USUAL.name, kind, "seconds")) for kind in KINDS
    )
    table.rows.append(("ratio", *(f"{each:.2f} ×" for each in quotients)))
    return table
