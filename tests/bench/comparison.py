"""The section on routes: every figure, what the service keeps of the others, and the bars."""

from collections.abc import Sequence
from textwrap import fill

from tests.bench.figures import Goal, medians, ratio, spread
from tests.bench.flavours import CREATE, EVENT, LIST, Flavour
from tests.bench.page import Section, Table
from tests.bench.results import Result
from tests.bench.routes import (
    AFTER_LOAD,
    AT_START,
    BUSY,
    CLIENTS,
    CPU,
    P50,
    P99,
    RATE,
    WARM_SECONDS,
    Quantity,
    Round,
    Routes,
)
from tests.bench.stage import Stage
from tests.bench.variants import RENDERED, Variant

MOST_WAIT = 5
TEXT = """
One process on a core of its own; wrk with {clients} clients, PostgreSQL, Valkey and the collector on the
other cores, all on loopback. 10,000 tasks over 10 organizations; lists from {pages} different cursors, reads
of 500 tasks, creates from 500 bodies. A reply that is no success fails the run. {seconds} s of load after
{warm} s of warm-up, medians of {rounds} rounds in which the variants take turns.

{variants}
"""


def measure_routes(stage: Stage) -> Result:
    """Measure, and say what came of it."""
    routes = Routes(stage)
    routes.measure()
    flavour, rounds = stage.flavour, routes.rounds
    text = TEXT.format(
        clients=CLIENTS,
        pages=len(routes.rows.cursors) if routes.rows else 0,
        seconds=stage.plan.seconds,
        warm=WARM_SECONDS,
        rounds=len(rounds),
        variants="\n".join(_item(variant) for variant in flavour.variants),
    )
    tables = (every_figure(flavour, rounds), what_is_kept(flavour, rounds), memory(flavour, rounds))
    return Result([Section(f"{flavour.name}: routes", [text, *tables])], goals(flavour, rounds))


def every_figure(flavour: Flavour, rounds: Sequence[Round]) -> Table:
    """A row for each case and variant."""
    middle = medians(rounds)
    table = Table(("case", "variant", RATE, "spread", P50, P99, "p99 / p50", CPU, BUSY))
    for case in _cases(rounds):
        for variant in flavour.variants:
            rate = Quantity(variant.name, case, RATE)
            if rate not in middle:
                continue
            p50, p99, cpu, busy = (middle[rate._replace(what=what)] for what in (P50, P99, CPU, BUSY))
            rates = (f"{middle[rate]:.0f}", f"{spread(rounds, rate):.0%}")
            times = (f"{p50:.1f}", f"{p99:.1f}", f"{p99 / p50:.1f}")
            table.rows.append((case, variant.name, *rates, *times, f"{cpu:.0f}", f"{busy:.0%}"))
    return table


def what_is_kept(flavour: Flavour, rounds: Sequence[Round]) -> Table:
    """The service as rendered against the others."""
    others = flavour.variants[1:]
    table = Table(("case", *(word for other in others for word in (f"kept of {other.name}", "CPU"))))
    for case in _cases(rounds):
        cells = [cell for other in others for cell in _kept(rounds, case, other)]
        table.rows.append((case, *cells))
    return table


def memory(flavour: Flavour, rounds: Sequence[Round]) -> Table:
    """Resident memory of each variant."""
    middle = medians(rounds)
    table = Table(("resident memory, MiB", AT_START, AFTER_LOAD))
    for variant in flavour.variants:
        cells = (f"{middle[Quantity(variant.name, '', what)]:.0f}" for what in (AT_START, AFTER_LOAD))
        table.rows.append((variant.name, *cells))
    return table


def goals(flavour: Flavour, rounds: Sequence[Round]) -> list[Goal]:
    """The bars: what is kept of the others, that nobody waits much longer than others, and memory."""
    found = []
    for bar in flavour.bars:
        measured = _against(rounds, bar.case, bar.other.name, RATE) * (100 if bar.unit == "%" else 1)
        what = f"{bar.case}: {'kept of' if bar.unit == '%' else 'against'} {bar.other.name}"
        found.append(Goal(what, measured, bar.least, at_most=False, unit=bar.unit))
    listed = Quantity(RENDERED.name, LIST, P99)
    waits = ratio(rounds, listed, listed._replace(what=P50))
    found.append(Goal(f"{LIST}, {CLIENTS} clients: p99 against p50", waits, MOST_WAIT))
    resident = Quantity(RENDERED.name, "", AFTER_LOAD)
    share = ratio(rounds, resident, resident._replace(variant=flavour.peer.name))
    found.append(Goal(f"memory after the load: against {flavour.peer.name}", share, flavour.memory_bar))
    return [goal.of(flavour.name) for goal in found]


def _item(variant: Variant) -> str:
    text = f"- *{variant.name}*: {variant.text}"
    return fill(text, 110, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)


def _kept(rounds: Sequence[Round], case: str, other: Variant) -> tuple[str, str]:
    """What is kept of another's rate, and the CPU time of a request over the other's."""
    # The bare one always writes the event, the peers never do.
    theirs = case if other.has_event_apart or other.is_peer else _ours(case)
    if Quantity(other.name, theirs, RATE) not in rounds[0]:
        return "", ""
    rate, cpu = (_against(rounds, theirs, other.name, what) for what in (RATE, CPU))
    return f"{rate:.0%}", f"{cpu:.2f} ×"


def _against(rounds: Sequence[Round], case: str, other: str, what: str) -> float:
    return ratio(rounds, Quantity(RENDERED.name, _ours(case), what), Quantity(other, case, what))


def _ours(case: str) -> str:
    return CREATE if case == EVENT else case


def _cases(rounds: Sequence[Round]) -> list[str]:
    return list(dict.fromkeys(of.case for of in rounds[0] if of.case))
