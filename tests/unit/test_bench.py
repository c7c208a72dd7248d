"""The pure parts of the benchmark: medians, ratios, bars, what wrk says, the page."""

import pytest

from tests.bench.cases import CREATE, EVENT, LIST, ONE, Rows, cases
from tests.bench.comparison import goals, what_is_kept
from tests.bench.evidence import Evidence
from tests.bench.figures import Goal, medians, ratio, spread
from tests.bench.page import Section, Table, kept_by_hand, page
from tests.bench.progress import BenchError
from tests.bench.routes import CPU, P50, P99, RATE, Quantity, Round
from tests.bench.variants import BARE, RENDERED, USUAL
from tests.bench.wrk import Load, Request, parse

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


def test_only_the_usual_way_is_asked_to_write_an_event_as_a_case_of_its_own() -> None:
    rows = Rows([], [])

    assert [EVENT in cases(variant, rows) for variant in (RENDERED, BARE, USUAL)] == [False, False, True]


def test_a_create_is_held_against_one_without_the_event_and_one_with_it() -> None:
    kept = what_is_kept([_round()])

    assert kept.head == ("case", "kept of bare", "CPU", "kept of usual ORM", "CPU")
    assert kept.rows[2:] == [
        ("create", "50%", "2.00 ×", "80%", "1.25 ×"),
        ("create with event", "50%", "2.00 ×", "100%", "1.00 ×"),
    ]


def test_the_bars_of_the_routes_leave_health_out() -> None:
    assert [(goal.what, goal.measured, goal.holds) for goal in goals([_round()])] == [
        ("list of 20: kept of usual ORM", 150.0, True),
        ("create: kept of usual ORM", 80.0, False),
        ("create with event: kept of usual ORM", 100.0, True),
        ("list of 20, 32 clients: p99 against p50", 4.0, True),
    ]


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


def _round() -> Round:
    """Requests a second of each variant; 1,000 µs of CPU time at a thousand a second, and so on."""
    rates = {
        (RENDERED.name, "health"): 1000,
        (BARE.name, "health"): 2000,
        (USUAL.name, "health"): 1500,
        (RENDERED.name, LIST): 600,
        (BARE.name, LIST): 1200,
        (USUAL.name, LIST): 400,
        (RENDERED.name, CREATE): 400,
        (BARE.name, CREATE): 800,
        (USUAL.name, CREATE): 500,
        (USUAL.name, EVENT): 400,
    }
    found = {Quantity(*of, RATE): float(rate) for of, rate in rates.items()}
    found |= {Quantity(*of, CPU): 1_000_000 / rate for of, rate in rates.items()}
    return found | {Quantity(RENDERED.name, LIST, P50): 20.0, Quantity(RENDERED.name, LIST, P99): 80.0}
