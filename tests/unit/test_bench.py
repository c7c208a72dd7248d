"""The pure parts of the benchmark: medians, ratios, bars, what wrk says, the page."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.cases import Rows, cases
from tests.bench.comparison import goals, what_is_kept
from tests.bench.evidence import Evidence
from tests.bench.figures import Goal, medians, ratio, spread
from tests.bench.flavours import (
    CREATE,
    DJANGO,
    EVENT,
    FASTAPI,
    FLAVOURS,
    FULL_STACK,
    HEALTH,
    LIST,
    ONE,
    USUAL_DRF,
    Flavour,
)
from tests.bench.page import Section, Table, kept_by_hand, page
from tests.bench.processes import cpu_seconds, resident_mib, running
from tests.bench.progress import BenchError
from tests.bench.routes import AFTER_LOAD, CPU, P50, P99, RATE, Quantity, Round
from tests.bench.starting import goal as start_goal
from tests.bench.starting import table as start_table
from tests.bench.variants import APPS, RENDERED
from tests.bench.wrk import Load, Request, parse
from tests.renders import REPOSITORY

ROUNDS = [{"ours": 3.0, "theirs": 2.0}, {"ours": 9.0, "theirs": 3.0}, {"ours": 6.0, "theirs": 8.0}]
PRINTED = """\
Running 3s test @ http://127.0.0.1:3000
  1 threads and 32 connections

{"requests": 4500, "microseconds": 3000000, "p50": 20500, "p99": 61000, "refused": 0, "failed": 0}
"""


def test_a_median_is_of_each_quantity_by_itself() -> None:
    assert medians(ROUNDS) == {"ours": 6.0, "theirs": 3.0}


def test_a_ratio_is_of_medians_and_not_of_one_round() -> None:
    assert ratio(ROUNDS, "ours", "theirs") == 2.0


def test_the_spread_is_a_share_of_the_median() -> None:
    assert spread(ROUNDS, "ours") == 1.0


@pytest.mark.parametrize(
    ("goal", "row"),
    [
        (Goal("copy", 1.25, 1.25), ("copy", "≤ 1.25 ×", "1.25 ×", "holds")),
        (Goal("copy", 1.26, 1.25), ("copy", "≤ 1.25 ×", "1.26 ×", "**missed**")),
        (Goal("kept", 85, 85, at_most=False, unit="%"), ("kept", "≥ 85 %", "85.0 %", "holds")),
        (Goal("kept", 84, 85, at_most=False, unit="%"), ("kept", "≥ 85 %", "84.0 %", "**missed**")),
        (Goal("layers", 39.6, 40, unit="µs"), ("layers", "≤ 40 µs", "39.6 µs", "holds")),
    ],
)
def test_a_goal_says_whether_the_bar_holds(goal: Goal, row: tuple[str, ...]) -> None:
    assert goal.row() == row


def test_the_last_line_of_the_script_is_read_and_the_rest_is_not() -> None:
    assert parse(PRINTED) == Load(requests=4500, per_second=1500.0, p50=20.5, p99=61.0)


@pytest.mark.parametrize(
    ("part", "other", "said"),
    [
        ('"refused": 0', '"refused": 7', "of 4500 requests, 7 were refused and 0 failed"),
        ('"failed": 0', '"failed": 2', "of 4500 requests, 0 were refused and 2 failed"),
        ('"requests": 4500', '"requests": 0', "of 0 requests, 0 were refused and 0 failed"),
        ('{"requests"', "unable to connect {", "wrk said nothing to count on"),
    ],
)
def test_a_run_that_was_not_all_success_counts_for_nothing(part: str, other: str, said: str) -> None:
    with pytest.raises(BenchError, match=said):
        parse(PRINTED.replace(part, other))


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (Evidence(log_lines=199, redis_commands=200, exports=2), "not every request was logged"),
        (Evidence(log_lines=200, redis_commands=199, exports=2), "Redis was not asked for every request"),
        (Evidence(log_lines=200, redis_commands=200, exports=1), "no trace was exported"),
    ],
)
def test_a_layer_that_left_nothing_behind_fails_the_run(after: Evidence, said: str) -> None:
    with pytest.raises(BenchError, match=said):
        after.check_since(Evidence(log_lines=100, redis_commands=100, exports=1), requests=100)


def test_layers_that_were_on_pass() -> None:
    before, after = Evidence(100, 100, 1), Evidence(200, 200, 2)

    after.check_since(before, requests=100)


def test_each_request_of_a_case_is_another() -> None:
    items = [{"id": f"id-{n}", "project_id": "p", "title": f"Task {n}"} for n in range(1000)]
    rows = Rows(items, ["a+b", "c/d"])
    found = cases(RENDERED, rows)

    assert found[LIST] == [
        Request("GET", "/api/v1/tasks?cursor=a%2Bb"),
        Request("GET", "/api/v1/tasks?cursor=c/d"),
    ]
    assert len(set(found[ONE])) == 500
    assert len(set(found[CREATE])) == 500


@pytest.mark.parametrize("flavour", FLAVOURS.values(), ids=FLAVOURS)
def test_only_the_usual_way_is_asked_to_write_an_event_as_a_case_of_its_own(flavour: Flavour) -> None:
    rows = Rows([], [])

    assert [variant for variant in flavour.variants if EVENT in cases(variant, rows)] == [flavour.usual]


@pytest.mark.parametrize("flavour", FLAVOURS.values(), ids=FLAVOURS)
def test_a_flavour_is_measured_against_variants_that_are_there(flavour: Flavour) -> None:
    names = [variant.name for variant in flavour.variants]

    assert names[:2] == ["as rendered", "bare"]
    assert len(set(names)) == len(names)
    assert {bar.other.name for bar in flavour.bars} | {flavour.peer.name} <= set(names[2:])
    assert list(flavour.layers) == ["route", "operation", "edge", "token", "tracing", "redis"]
    assert all((variant.folder or APPS).is_dir() for variant in flavour.variants)
    assert all(((peer.folder or APPS) / "requirements.txt").is_file() for peer in flavour.peers)


def test_a_create_is_held_against_one_without_the_event_and_one_with_it() -> None:
    kept = what_is_kept(FASTAPI, [_round(FASTAPI)])

    assert kept.head[:5] == ("case", "kept of bare", "CPU", "kept of usual ORM", "CPU")
    assert [row[:5] for row in kept.rows[3:]] == [
        ("create", "50%", "2.00 ×", "80%", "1.25 ×"),
        ("create with event", "50%", "2.00 ×", "100%", "1.00 ×"),
    ]


def test_a_peer_has_no_create_with_an_event_to_be_held_against() -> None:
    kept = what_is_kept(FASTAPI, [_round(FASTAPI)])

    assert kept.head[5:] == ("kept of full-stack-fastapi", "CPU")
    assert [row[5:] for row in kept.rows[3:]] == [("200%", "0.50 ×"), ("", "")]


def test_the_bars_of_the_routes_leave_health_out() -> None:
    assert [(goal.what, goal.measured, goal.holds) for goal in goals(FASTAPI, [_round(FASTAPI)])] == [
        ("FastAPI, list of 20: kept of usual ORM", 150.0, True),
        ("FastAPI, one: kept of usual ORM", 150.0, True),
        ("FastAPI, create: kept of usual ORM", 80.0, False),
        ("FastAPI, create with event: kept of usual ORM", 100.0, True),
        ("FastAPI, list of 20: against full-stack-fastapi", 1.5, False),
        ("FastAPI, one: against full-stack-fastapi", 1.5, False),
        ("FastAPI, create: against full-stack-fastapi", 2.0, True),
        ("FastAPI, list of 20, 32 clients: p99 against p50", 4.0, True),
        ("FastAPI, memory after the load: against full-stack-fastapi", 1.1, False),
    ]


def test_each_flavour_has_bars_of_its_own() -> None:
    assert [(goal.what, goal.measured, goal.holds) for goal in goals(DJANGO, [_round(DJANGO)])] == [
        ("Django, list of 20: against cookiecutter-django", 1.5, False),
        ("Django, one: against cookiecutter-django", 1.5, False),
        ("Django, create: against cookiecutter-django", 2.0, False),
        ("Django, list of 20, 32 clients: p99 against p50", 4.0, True),
        ("Django, memory after the load: against full-stack-fastapi", 1.1, True),
    ]


def test_a_later_start_is_held_against_the_peers() -> None:
    seconds = {RENDERED: 0.9, USUAL_DRF: 0.5, FULL_STACK: 1.0}
    rounds = [
        {
            (variant.name, kind, what): value * (3 if kind == "cold" else 1)
            for variant, value in seconds.items()
            for kind in ("cold", "warm")
            for what in ("seconds", "CPU")
        }
    ]

    assert start_goal(DJANGO, rounds).row() == (
        "Django, first 200, warm: against full-stack-fastapi",
        "≤ 0.85 ×",
        "0.90 ×",
        "**missed**",
    )
    assert start_table(list(seconds), rounds).rows == [
        ("as rendered", "2.70 s (2.70)", "0.90 s (0.90)", "", ""),
        ("usual DRF", "1.50 s (1.50)", "0.50 s (0.50)", "1.80 ×", "1.80 ×"),
        ("full-stack-fastapi", "3.00 s (3.00)", "1.00 s (1.00)", "0.90 ×", "0.90 ×"),
    ]


def test_a_server_that_serves_from_a_child_is_measured_with_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    # The parent sleeps, the child works.
    code = "import os, time; child = not os.fork(); print(flush=True)\nwhile child: pass\ntime.sleep(60)"
    command = [sys.executable, "-c", code]
    with running(command, environment=os.environ, folder=tmp_path, log=log) as process:
        while log.read_bytes().count(b"\n") < 2:
            time.sleep(0.01)
        pages = int(Path(f"/proc/{process.pid}/statm").read_text(encoding="utf-8").split()[1])
        alone = pages * os.sysconf("SC_PAGE_SIZE") / 2**20

        assert alone * 1.2 < resident_mib(process.pid) < alone * 2.2
        deadline, before = time.monotonic() + 30, cpu_seconds(process.pid)
        while cpu_seconds(process.pid) < before + 0.1 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert cpu_seconds(process.pid) >= before + 0.1


@pytest.mark.parametrize("part", [("--quick",), ("--only", "routes"), ("--flavour", "django")])
def test_a_page_is_written_of_a_whole_run_alone(part: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "tests.bench", "--write", *part]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, encoding="utf-8", check=False)

    assert done.returncode == 2
    assert "--write takes a whole run: leave --only, --flavour and --quick out" in done.stderr


def test_a_table_is_aligned_and_its_figures_stand_to_the_right() -> None:
    table = Table(("what", "µs"), [("a|b", "7"), ("layers", "123")])

    assert str(table).splitlines() == [
        "| what   |  µs |",
        "| ------ | --: |",
        r"| a\|b   |   7 |",
        "| layers | 123 |",
    ]


def test_what_was_written_by_hand_is_kept() -> None:
    first = page("Benchmark", "Text.", [Section("One", ["Words."])], by_hand="")
    edited = f"{first}\n## Why\n\nBecause.\n"
    second = page("Benchmark", "Text.", [], by_hand=kept_by_hand(edited))

    assert kept_by_hand(first) == ""
    assert second.endswith("-->\n\n## Why\n\nBecause.\n")


# Requests a second in each case: of the service, of its bare routes, of the usual way, of a peer.
RATES = {
    HEALTH: (1000, 2000, 1500, 500),
    LIST: (600, 1200, 400, 400),
    ONE: (600, 1200, 400, 400),
    CREATE: (400, 800, 500, 200),
}
MEMORY = (110, 100, 80, 100)


def _round(flavour: Flavour) -> Round:
    """1,000 µs of CPU time at a thousand requests a second, and so on."""
    found: Round = {}
    for number, variant in enumerate(flavour.variants):
        place = min(number, 3)
        for case, rates in RATES.items():
            found[Quantity(variant.name, case, RATE)] = rates[place]
        found[Quantity(variant.name, "", AFTER_LOAD)] = MEMORY[place]
    found[Quantity(flavour.usual.name, EVENT, RATE)] = 400
    found |= {of._replace(what=CPU): 1_000_000 / rate for of, rate in found.items() if of.what == RATE}
    return found | {Quantity(RENDERED.name, LIST, P50): 20.0, Quantity(RENDERED.name, LIST, P99): 80.0}
