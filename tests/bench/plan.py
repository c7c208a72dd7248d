"""How long and how often is measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`rounds` of every measurement; `seconds` of load on a case; `requests` that are measured in process."""

    rounds: int
    seconds: int
    requests: int


FULL = Plan(rounds=5, seconds=3, requests=10_000)
# Says that everything still runs; its figures say nothing.
QUICK = Plan(rounds=1, seconds=1, requests=500)
