"""The section on routes: every figure, what the service keeps of the others, and the bars."""

from collections.abc import Sequence

from tests.bench.cases import CREATE, EVENT, LIST
from tests.bench.figures import Goal, medians, ratio, spread
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
from tests.bench.variants import BARE, RENDERED, USUAL, VARIANTS

KEPT_PERCENT = 85
TEXT = """
One process on a core of its own; wrk with {clients} clients, PostgreSQL, Valkey and the collector on the
other cores, all on loopback. 10,000 tasks over 10 organizations; lists from {pages} different cursors, reads
of 500 tasks, creates from 500 bodies. A reply that is no success fails the run. {seconds} s of load after
{warm} s of warm-up, medians of {rounds} rounds in which the variants take turns.

- *{rendered}*: `serve` with every layer on: logs to a file, metrics, headers, token, tracing at 10 % into a
  collector that drops it, one round trip to Redis; its relay carries the events of the creates meanwhile.
- *{bare}*: the same statements and JSON in plain FastAPI, without a layer.
- *{usual}*: plain FastAPI, SQLAlchemy's ORM, a session by dependency, `response_model`, the default pool;
  without a layer. Its `create` writes the task alone; `{event}` also the event, as the two others always do.
"""


def measure_routes(stage: Stage) -> Result:
    """Measure, and say what came of it."""
    routes = Routes(stage)
    routes.measure()
    text = TEXT.format(
        clients=CLIENTS,
        pages=len(routes.rows.cursors) if routes.rows else 0,
        seconds=stage.plan.seconds,
        warm=WARM_SECONDS,
        rounds=len(routes.rounds),
        rendered=RENDERED.name,
        bare=BARE.name,
        usual=USUAL.name,
        event=EVENT,
    )
    tables = (every_figure(routes.rounds), what_is_kept(routes.rounds), memory(routes.rounds))
    return Result([Section("Routes", [text, *tables])], goals(routes.rounds))


def every_figure(rounds: Sequence[Round]) -> Table:
    """A row for each case and variant."""
    middle = medians(rounds)
    table = Table(("case", "variant", RATE, "spread", P50, P99, "p99 / p50", CPU, BUSY))
    for case in _cases(rounds):
        for variant in VARIANTS:
            rate = Quantity(variant.name, case, RATE)
            if rate not in middle:
                continue
            p50, p99, cpu, busy = (middle[rate._replace(what=what)] for what in (P50, P99, CPU, BUSY))
            rates = (f"{middle[rate]:.0f}", f"{spread(rounds, rate):.0%}")
            times = (f"{p50:.1f}", f"{p99:.1f}", f"{p99 / p50:.1f}")
            table.rows.append((case, variant.name, *rates, *times, f"{cpu:.0f}", f"{busy:.0%}"))
    return table


def what_is_kept(rounds: Sequence[Round]) -> Table:
    """The service as rendered against the two others."""
    table = Table(("case", *(word for other in (BARE, USUAL) for word in (f"kept of {other.name}", "CPU"))))
    for case in _cases(rounds):
        cells = []
        for other in (BARE.name, USUAL.name):
            # Only one of the variants leaves the event out.
            theirs = case if other == USUAL.name else _ours(case)
            kept = _against(rounds, case, Quantity(other, theirs, RATE))
            cpu = _against(rounds, case, Quantity(other, theirs, CPU))
            cells += [f"{kept:.0%}", f"{cpu:.2f} ×"]
        table.rows.append((case, *cells))
    return table


def memory(rounds: Sequence[Round]) -> Table:
    """Resident memory of each variant."""
    middle = medians(rounds)
    table = Table(("resident memory, MiB", AT_START, AFTER_LOAD))
    for variant in VARIANTS:
        cells = (f"{middle[Quantity(variant.name, '', what)]:.0f}" for what in (AT_START, AFTER_LOAD))
        table.rows.append((variant.name, *cells))
    return table


def goals(rounds: Sequence[Round]) -> list[Goal]:
    """The bars: what is kept of the usual way, and that nobody waits much longer than others."""
    kept = {
        case: _against(rounds, case, Quantity(USUAL.name, case, RATE)) * 100 for case in _cases(rounds)[1:]
    }
    listed = Quantity(RENDERED.name, LIST, P99)
    return [
        *(
            Goal(f"{case}: kept of {USUAL.name}", percent, KEPT_PERCENT, at_most=False, unit="%")
            for case, percent in kept.items()
        ),
        Goal(
            f"{LIST}, {CLIENTS} clients: p99 against p50", ratio(rounds, listed, listed._replace(what=P50)), 5
        ),
    ]


def _against(rounds: Sequence[Round], case: str, other: Quantity) -> float:
    return ratio(rounds, Quantity(RENDERED.name, _ours(case), other.what), other)


def _ours(case: str) -> str:
    return CREATE if case == EVENT else case


def _cases(rounds: Sequence[Round]) -> list[str]:
    return list(dict.fromkeys(of.case for of in rounds[0] if of.case))
