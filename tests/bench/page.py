"""The page of results: sections of text and tables, the same on the terminal and in docs/reference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Row = Sequence[str]
BY_HAND = "<!-- By hand; kept when the page is written anew. -->"


@dataclass(frozen=True)
class Table:
    """A head and its rows; every column but the first is of figures and stands to the right."""

    head: Row
    rows: list[Row] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [[cell.replace("|", r"\|") for cell in row] for row in (self.head, *self.rows)]
        widths = [max(len(row[column]) for row in lines) for column in range(len(self.head))]
        rule = [f"{'-' * (width - 1)}{':' if column else '-'}" for column, width in enumerate(widths)]
        return "\n".join(_line(row, widths) for row in (lines[0], rule, *lines[1:]))


@dataclass(frozen=True)
class Section:
    """One heading with its text and tables, in order."""

    title: str
    parts: Sequence[str | Table]

    def __str__(self) -> str:
        return "\n\n".join((f"## {self.title}", *(str(part).strip() for part in self.parts)))


def page(title: str, introduction: str, sections: Iterable[Section], *, by_hand: str) -> str:
    """The whole page; `by_hand` stands at its end."""
    parts = (f"# {title}", introduction.strip(), *map(str, sections), BY_HAND, by_hand.strip())
    return "\n\n".join(part for part in parts if part) + "\n"


def kept_by_hand(text: str) -> str:
    """What somebody wrote below the mark of an older page."""
    return text.partition(BY_HAND)[2].strip()


def _line(cells: Row, widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if column else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(padded)} |"
