"""What is computed from measurements: medians over rounds, ratios of medians, and where a bar stands."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Goal:
    """One bar and what was measured; `at_most` false means that the bar is the least."""

    what: str
    measured: float
    bar: float
    at_most: bool = True
    unit: str = "×"

    @property
    def holds(self) -> bool:
        return self.measured <= self.bar if self.at_most else self.measured >= self.bar

    def of(self, whose: str) -> "Goal":
        """The same goal of somebody among others."""
        return replace(self, what=f"{whose}, {self.what}")

    def row(self) -> tuple[str, str, str, str]:
        """The goal as a row: what, bar, measured, whether it holds."""
        # As many digits as tell a miss from a hit.
        measured = f"{self.measured:.1f}" if self.bar >= 20 else f"{self.measured:.2f}"
        bar = f"{'≤' if self.at_most else '≥'} {self.bar:g} {self.unit}"
        return self.what, bar, f"{measured} {self.unit}", "holds" if self.holds else "**missed**"


def medians(rounds: Sequence[Mapping[K, float]]) -> dict[K, float]:
    """The median of each quantity over the rounds, which all measured the same quantities."""
    return {name: median(each[name] for each in rounds) for name in rounds[0]}


def ratio(rounds: Sequence[Mapping[K, float]], of: K, to: K) -> float:
    """The median of one quantity divided by that of another: never a ratio of two lucky rounds."""
    values = medians(rounds)
    return values[of] / values[to]


def spread(rounds: Sequence[Mapping[K, float]], name: K) -> float:
    """How far the rounds lie apart: largest less smallest, as a share of the median."""
    values = [each[name] for each in rounds]
    return (max(values) - min(values)) / median(values)
