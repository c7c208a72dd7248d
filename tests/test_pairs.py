"""The pair matrix holds every valid pair of answers; found here by another way than there."""

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml

from extensions.components import COMPONENTS, need_faults
from tests.pairs.__main__ import share_of
from tests.pairs.rows import Row, all_rows, component_needs, pair_rows, questions
from tests.renders import REPOSITORY, Template

COPIER = (REPOSITORY / "copier.yml").read_text(encoding="utf-8")
Pair = frozenset[tuple[str, Any]]


def pairs_of(answers: dict[str, Any]) -> set[Pair]:
    return {frozenset(pair) for pair in itertools.combinations(answers.items(), 2)}


def valid_pairs() -> set[Pair]:
    """Those of every valid set of answers there is, one by one."""
    switches = [name for name, given in yaml.safe_load(COPIER).items() if is_switch(given)]
    found: set[Pair] = set()
    for flavour, *values in itertools.product(("fastapi", "django"), *([True, False] for _ in switches)):
        answers = {"framework": flavour} | dict(zip(switches, values, strict=True))
        if not need_faults(name for name, answer in answers.items() if answer is True):
            found |= pairs_of(answers)
    return found


def is_switch(question: Any) -> bool:
    """Whether people choose it, with the preset `custom`."""
    return isinstance(question, dict) and "preset == 'custom'" in str(question.get("ask"))


def custom_rows() -> list[Row]:
    return [row for row in all_rows() if row.is_pair]


def test_every_valid_pair_is_in_a_row() -> None:
    found = set.union(*(pairs_of(dict(row.answers)) for row in custom_rows()))
    assert {pair for pair in found if ("preset", "custom") not in pair} == valid_pairs()


def test_no_row_is_needless() -> None:
    rows = [pairs_of(dict(row.answers)) for row in custom_rows()]
    for row in rows:
        others = set.union(*(other for other in rows if other is not row))
        assert row - others


def test_every_component_is_a_question_of_the_matrix() -> None:
    assert {component.name for component in COMPONENTS} | {"framework", "sample"} == set(questions(COPIER))


def test_a_new_question_enrols_itself() -> None:
    text = f"{COPIER}\nanother:\n  type: bool\n  ask: \"<{{ preset == 'custom' }}>\"\n"
    rows = pair_rows(questions(text), component_needs())
    assert {(row["another"], row["framework"]) for row in rows} == {
        (answer, flavour) for answer in (True, False) for flavour in ("fastapi", "django")
    }


def test_a_component_is_never_on_without_what_it_needs() -> None:
    asked = {"framework": ("fastapi", "django"), **dict.fromkeys(("a", "b", "c"), (True, False))}
    rows = pair_rows(asked, {"a": ("b",), "c": ("a", "b")})
    assert all(row["b"] or not row["a"] for row in rows)
    assert all((row["a"] and row["b"]) or not row["c"] for row in rows)
    assert {(row["a"], row["c"]) for row in rows} == {(True, True), (True, False), (False, False)}


def test_each_preset_and_each_python_has_a_row() -> None:
    asked = yaml.safe_load(COPIER)
    answers = [row.answers for row in all_rows()]
    assert {row.get("preset") for row in answers} >= set(asked["preset"]["choices"])
    assert {row.get("python_version") for row in answers} >= set(asked["python_version"]["choices"])
    assert len({row.name for row in all_rows()}) == len(answers)


def test_shares_hold_together_what_a_component_can_reach_and_nothing_twice(tmp_path: Path) -> None:
    names = [f"tests/{folder}test_{number}.py" for folder in ("", "api/") for number in range(5)]
    unreached = "tests/contract/hostile/test_bodies.py"
    for name in [*names, unreached, "tests/conftest.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    shares = [share_of(tmp_path, number, 3) for number in range(3)]
    assert sorted(itertools.chain(*shares)) == sorted(names)
    assert {len(share) for share in shares} == {3, 4}


@pytest.mark.parametrize("row", custom_rows(), ids=lambda row: row.name)
def test_each_row_is_rendered_as_answered(template: Template, tmp_path: Path, row: Row) -> None:
    service = template.render(tmp_path / "service", row.answers)
    recorded = yaml.safe_load((service / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert {name: recorded[name] for name in row.answers} == row.answers
