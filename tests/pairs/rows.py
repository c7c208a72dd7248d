"""Which variants there are, computed from copier.yml: a question enrols itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, cycle, product
from typing import Any

import yaml

from extensions.components import COMPONENTS
from tests.renders import REPOSITORY

Answers = Mapping[str, Any]
BASE = {"preset": "custom"}


@dataclass(frozen=True)
class Row:
    """One variant: what is answered, and what it is called."""

    name: str
    answers: Answers

    @property
    def is_pair(self) -> bool:
        """Whether it is there for the pairs in it."""
        return self.answers.get("preset") == BASE["preset"]

    @property
    def is_quick(self) -> bool:
        """Whether `--quick` takes it too: what stands on presets with components is checked whole anyway."""
        return self.is_pair or self.answers.get("preset") == "minimal"


def questions(text: str) -> dict[str, tuple[Any, ...]]:
    """The flavour, and every yes or no that the preset `custom` asks for; each with its answers."""
    asked = yaml.safe_load(text)
    found: dict[str, tuple[Any, ...]] = {"framework": tuple(asked["framework"]["choices"])}
    for name, question in asked.items():
        if isinstance(question, dict) and question.get("type") == "bool" and question.get("ask") is not False:
            found[name] = (True, False)
    return found


def pair_rows(asked: Mapping[str, Sequence[Any]], needs: Mapping[str, Sequence[str]]) -> list[Answers]:
    """Few sets of answers in which every valid pair is; `needs` are by the component's name."""
    missing: Sequence[Answers] = [
        dict(pair) for pair in _pairs(asked) if _with_needs(dict(pair), needs) is not None
    ]
    rows: list[Answers] = []
    while missing:
        rows.append(_row(missing, asked, needs))
        missing = [pair for pair in missing if not pair.items() <= rows[-1].items()]
    # What later rows hold as well needs none of its own.
    for row in list(rows):
        others = [other for other in rows if other is not row]
        if all(any(set(pair) <= other.items() for other in others) for pair in combinations(row.items(), 2)):
            rows = others
    return rows


def _pairs(asked: Mapping[str, Sequence[Any]]) -> Iterator[tuple[tuple[str, Any], tuple[str, Any]]]:
    for first, second in combinations(asked, 2):
        yield from product(*([(name, value) for value in asked[name]] for name in (first, second)))


def _row(
    missing: Sequence[Answers], asked: Mapping[str, Sequence[Any]], needs: Mapping[str, Sequence[str]]
) -> Answers:
    """A whole row around the first missing pair, with as many of the others as are easily had."""
    row = _with_needs(missing[0], needs) or {}
    for name in asked:
        if name not in row:
            found = [_with_needs({**row, name: value}, needs) for value in asked[name]]
            row = max((each for each in found if each), key=lambda each: _held(missing, each))
    return {name: row[name] for name in asked}


def _held(missing: Sequence[Answers], row: Answers) -> int:
    return sum(pair.items() <= row.items() for pair in missing)


def _with_needs(answers: Answers, needs: Mapping[str, Sequence[str]]) -> Answers | None:
    """The answers and what they need; none: some of that is off."""
    row, found = dict(answers), list(answers)
    for name in found:
        if row[name] is True:
            for need in needs.get(name, ()):
                if row.setdefault(need, True) is not True:
                    return None
                found.append(need)
    return row


def all_rows() -> list[Row]:
    """The pairs, with the preset `custom`; then a row for each other preset and for each Python."""
    text = (REPOSITORY / "copier.yml").read_text(encoding="utf-8")
    asked, copier = questions(text), yaml.safe_load(text)
    pairs = [Row(_name(answers), {**BASE, **answers}) for answers in pair_rows(asked, component_needs())]
    presets = [
        Row(f"{flavour}, {preset}", {"framework": flavour, "preset": preset})
        for preset, flavour in product(copier["preset"]["choices"], asked["framework"])
        if preset != "custom"
    ]
    flavours = cycle(asked["framework"])
    pythons = [
        Row(f"{flavour}, Python {python}", {"framework": flavour, "python_version": python})
        for python, flavour in zip(copier["python_version"]["choices"], flavours, strict=False)
    ]
    return [*pairs, *presets, *pythons]


def component_needs() -> dict[str, tuple[str, ...]]:
    """What each component needs, by its name."""
    return {component.name: component.needs for component in COMPONENTS}


def _name(answers: Answers) -> str:
    on = [name for name, answer in answers.items() if answer is True]
    return ", ".join([answers["framework"], *(on or ["nothing else"])])
