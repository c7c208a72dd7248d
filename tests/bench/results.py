"""What one part of the bench hands back."""

from dataclasses import dataclass, field

from tests.bench.figures import Goal
from tests.bench.page import Section


@dataclass(frozen=True)
class Result:
    """Sections of the page, and the bars that they measured against."""

    sections: list[Section]
    goals: list[Goal] = field(default_factory=list)
