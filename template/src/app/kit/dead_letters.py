"""Dead letters, jobs that were given up: the command line about them, and what it prints (template-owned)."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

DESCRIPTION = "Look at jobs that were given up, do them again from the start, or drop them."
DONE = {"retry": "put back into their queues", "drop": "dropped"}


class DeadLetter(Protocol):
    """A row of a job that was given up."""

    @property
    def id(self) -> UUID: ...

    @property
    def name(self) -> str: ...

    @property
    def attempts(self) -> int: ...

    @property
    def finished_at(self) -> datetime | None: ...

    @property
    def error(self) -> str | None: ...


def parse_arguments() -> Namespace:
    """`action` (list, retry, drop), `ids` and `all`."""
    parser = ArgumentParser(description=DESCRIPTION)
    add_arguments(parser)
    arguments = parser.parse_args()
    if fault := fault_of(arguments):
        parser.error(fault)
    return arguments


def add_arguments(parser: ArgumentParser) -> None:
    """Those three."""
    parser.add_argument("action", nargs="?", choices=("list", *DONE), default="list")
    parser.add_argument("ids", nargs="*", type=UUID, metavar="ID", help="which, as `list` shows them")
    parser.add_argument("--all", action="store_true", help="all of them")


def fault_of(arguments: Namespace) -> str | None:
    """What they lack, or have too much of."""
    if arguments.action in DONE and bool(arguments.ids) == arguments.all:
        return f"say which to {arguments.action}: their ids, or --all"
    return None


def shown(letters: Iterable[DeadLetter]) -> str:
    """A line for each: id, when it was given up, after how many attempts, which job, why."""
    lines = [
        f"{one.id}  {one.finished_at:%Y-%m-%d %H:%M:%S}Z  {one.attempts:>2}  {one.name}: {one.error}" for one in letters
    ]
    return "\n".join(lines) or "There are no dead letters."


def report(arguments: Namespace, found: Collection[UUID]) -> str:
    """What was done; ends with status 1 where an id is of no dead letter."""
    if lost := sorted(map(str, set(arguments.ids) - set(found))):
        sys.exit(f"No dead letter: {', '.join(lost)}; nothing was done. `dead-letters` lists them.")
    return f"{len(found)} {DONE[arguments.action]}."
