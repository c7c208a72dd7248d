"""Which variants there are, computed from copier.yml: a question enrols itself."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from allpairspy import AllPairs

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
    names = list(asked)

    def is_valid(values: Sequence[Any]) -> bool:
        # The beginning of a row, while it is made.
        row = dict(zip(names, values, strict=False))
        return all(row.get(need, True) for name in row if row[name] is True for need in needs.get(name, ()))

    return [
        dict(zip(names, values, strict=True))
        for values in AllPairs(list(asked.values()), filter_func=is_valid)
    ]


def all_rows() -> list[Row]:
    """The pairs, with the preset `custom`; then a row for each other preset and for each Python."""
    text = (REPOSITORY / "copier.yml").read_text(encoding="utf-8")
    asked, copier = questions(text), yaml.safe_load(text)
    pairs = [Row(_name(answers), {**BASE, **answers}) for answers in pair_rows(asked, component_needs())]
    presets = [
        Row(f"{flavour}, {preset}", {"framework": flavour, "preset": preset})
        for preset, flavour in itertools.product(copier["preset"]["choices"], asked["framework"])
        if preset != "custom"
    ]
    flavours = itertools.cycle(asked["framework"])
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
