"""Time from the start of the process to the first 200 of /health/live, with and without compiled bytecode."""

import shutil
import time
from collections.abc import Sequence

from tests.bench.figures import Goal, medians, ratio
from tests.bench.flavours import Flavour
from tests.bench.page import Section, Table
from tests.bench.processes import cpu_seconds
from tests.bench.results import Result
from tests.bench.serving import served
from tests.bench.stage import Stage
from tests.bench.variants import RENDERED, Variant

COLD, WARM = "cold", "warm"
KINDS = (COLD, WARM)
TEXT = """
*Cold*: no bytecode of the service and its packages is there yet, as at the first start after an
installation. *Warm*: every later start, and any of the image, which is built with it. Medians of {rounds}
rounds; in brackets CPU seconds. The last two columns: the service as rendered against this row.
"""
# Of a variant, cold or warm: seconds, or CPU seconds.
Key = tuple[str, str, str]
Round = dict[Key, float]


def measure_starts(stage: Stage) -> Result:
    """Start the service as rendered and the others but its bare routes, in turns."""
    variants = (RENDERED, stage.flavour.usual, *stage.flavour.peers)
    rounds = []
    for number in range(1, stage.plan.rounds + 1):
        rounds.append(_round(stage, variants))
        stage.say(f"starts: round {number} of {stage.plan.rounds}")
    text = TEXT.format(rounds=len(rounds))
    section = Section(f"{stage.flavour.name}: start", [text, table(variants, rounds)])
    return Result([section], [goal(stage.flavour, rounds)])


def _round(stage: Stage, variants: Sequence[Variant]) -> Round:
    found: Round = {}
    for variant in variants:
        _forget_bytecode(stage, variant)
        for kind in KINDS:
            began = time.monotonic()
            with served(stage, variant) as server:
                found[variant.name, kind, "seconds"] = time.monotonic() - began
                found[variant.name, kind, "CPU"] = cpu_seconds(server.pid)
    return found


def _forget_bytecode(stage: Stage, variant: Variant) -> None:
    sources = variant.folder or stage.service.folder / "src"
    for root in (stage.programs(variant) / "lib", sources):
        for compiled in list(root.rglob("__pycache__")):
            shutil.rmtree(compiled)


def table(variants: Sequence[Variant], rounds: Sequence[Round]) -> Table:
    """A row for each variant."""
    middle = medians(rounds)
    found = Table(("first 200 after", *KINDS, *(f"{RENDERED.name}, {kind}" for kind in KINDS)))
    for name in (variant.name for variant in variants):
        times = [f"{middle[name, kind, 'seconds']:.2f} s ({middle[name, kind, 'CPU']:.2f})" for kind in KINDS]
        ratios = [f"{_against(rounds, name, kind):.2f} ×" for kind in KINDS]
        found.rows.append((name, *times, *(ratios if name != RENDERED.name else ("", ""))))
    return found


def goal(flavour: Flavour, rounds: Sequence[Round]) -> Goal:
    """The bar: a later start against the peer's."""
    measured = _against(rounds, flavour.peer.name, WARM)
    return Goal(f"first 200, {WARM}: against {flavour.peer.name}", measured, flavour.start_bar).of(
        flavour.name
    )


def _against(rounds: Sequence[Round], other: str, kind: str) -> float:
    return ratio(rounds, (RENDERED.name, kind, "seconds"), (other, kind, "seconds"))
