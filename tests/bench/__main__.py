"""The benchmark: `uvx nox -s bench -- --help`.

Not a test: a bar that is missed is told, and fails nothing. A reply that is no success fails the run.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.comparison import measure_routes
from tests.bench.flavours import FLAVOURS
from tests.bench.layers import measure_layers
from tests.bench.machine import machine, service_facts, template_facts
from tests.bench.page import Section, Table, kept_by_hand, page
from tests.bench.plan import FULL, QUICK, Plan
from tests.bench.processes import cores
from tests.bench.progress import BenchError, say
from tests.bench.rendering import measure_rendering
from tests.bench.results import Result
from tests.bench.stage import Stage, open_stage
from tests.bench.starting import measure_starts
from tests.bench.wrk import wrk_program
from tests.renders import REPOSITORY

PAGE = REPOSITORY / "docs/reference/benchmark.md"
FOLDER = REPOSITORY / ".nox/bench"
TEMPLATE = "template"
OF_A_SERVICE: dict[str, Callable[[Stage], Result]] = {
    "routes": measure_routes,
    "layers": measure_layers,
    "starts": measure_starts,
}
INTRODUCTION = """
How fast a render is, and a rendered service of either flavour. Written by `uvx nox -s bench -- --write`,
which wants a quiet machine with two cores, and `wrk`; `--help` lists what else it takes.
"""
READING = """
- A bar is a ratio of two figures of one run, or a budget of CPU time. Every other figure is this machine's:
  compare it with the others on this page only.
- *Spread* is how far the rounds lie apart, as a share of the median. A smaller difference is no finding.
- *Kept* is the median of requests per second as a share of the other's. *CPU* is the CPU time of a request
  over the other's: other work on the machine disturbs it less, and it is what counts where the server's core
  was not busy, since there wrk and PostgreSQL were the limit.
- wrk sends the next request once the last one is answered: its latencies are those of full load.
- Why a bar is missed stands at the end, written by hand.
"""


def main() -> None:
    """Measure what the command line says; status 1 where that is not possible."""
    options = _options()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        text = _report(options, QUICK if options.quick else FULL)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        sys.exit("bench: stopped; nothing of it runs any more")
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
        say(f"wrote {PAGE.relative_to(REPOSITORY)}")


def _stop(*_: object) -> None:
    """End every block, which ends what it began; nox and uv pass Ctrl-C on, and a second must not disturb."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="uvx nox -s bench --", description=__doc__)
    only = "measure this part alone; may be repeated"
    parser.add_argument("--only", action="append", choices=(TEMPLATE, *OF_A_SERVICE), help=only)
    flavour = "measure services of this flavour alone"
    parser.add_argument("--flavour", choices=FLAVOURS, help=flavour)
    parser.add_argument("--quick", action="store_true", help="one short round: whether it runs, not how fast")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(REPOSITORY)} too")
    options = parser.parse_args()
    if options.write and (options.only or options.flavour or options.quick):
        parser.error("--write takes a whole run: leave --only, --flavour and --quick out")
    return options


def _report(options: argparse.Namespace, plan: Plan) -> str:
    """Measure what was chosen, and make the page of it."""
    parts = options.only or (TEMPLATE, *OF_A_SERVICE)
    facts, results = machine(), []
    of_a_service = [measure for name, measure in OF_A_SERVICE.items() if name in parts]
    if of_a_service:
        # Said now, and not after minutes of rendering.
        wrk_program()
        cores()
    if TEMPLATE in parts:
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            results.append(measure_rendering(Path(scratch), rounds=plan.rounds))
        facts |= template_facts()
    for flavour in [options.flavour] if options.flavour else FLAVOURS:
        if of_a_service:
            with open_stage(FLAVOURS[flavour], FOLDER, plan) as stage:
                results += [measure(stage) for measure in of_a_service]
                facts |= service_facts(stage)
    return _page(results, facts)


def _page(results: Sequence[Result], facts: dict[str, str]) -> str:
    goals = Table(("what", "bar", "measured", ""))
    goals.rows.extend(goal.row() for result in results for goal in result.goals)
    sections = [
        Section("Where the bars stand", [goals]),
        Section("How to read it", [READING]),
        *(section for result in results for section in result.sections),
        Section("The machine", ["\n".join(f"- {name}: {value}" for name, value in facts.items())]),
    ]
    by_hand = kept_by_hand(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else ""
    return page("Benchmark", INTRODUCTION, sections, by_hand=by_hand)


if __name__ == "__main__":
    main()
