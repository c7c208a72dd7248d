"""The pair matrix: `uvx nox -s pairs -- --help`.

Renders each variant, and has it do its own checks; a line for each, and a table at the end. With `--quick`
each pair and each minimal one does its lint, its types and a share of its tests: since they have other files,
some are in several shares and others in none. The whole is for the night, and for `--only` one variant.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import own_tests
from tests.pairs.rows import Row, all_rows
from tests.renders import REPOSITORY, Template
from tests.tools import service_environment

FOLDER = REPOSITORY / ".nox/pairs"
CHECKS, TESTS = ("lint", "typecheck"), "test"


@dataclass
class Outcome:
    """What became of a variant: seconds for each check, the last line of its tests, the check that failed."""

    row: Row
    seconds: dict[str, float] = field(default_factory=dict)
    tests: str = ""
    failed: str | None = None

    def line(self) -> str:
        """One line about it."""
        times = ", ".join(f"{check} {seconds:.0f} s" for check, seconds in self.seconds.items())
        verdict = f"FAILED at {self.failed}" if self.failed else "ok"
        return f"{verdict:8} {self.row.name}: {times}{f' ({self.tests})' if self.tests else ''}"


def main() -> None:
    """Status 1 where any variant fails; the others are checked all the same."""
    options = _options()
    rows = [row for row in all_rows() if options.only in row.name and (row.is_quick or not options.quick)]
    if options.list:
        print("\n".join(row.name for row in rows))
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    outcomes = []
    with TemporaryDirectory() as scratch:
        template = Template.snapshot(Path(scratch) / "template")
        for number, row in enumerate(rows):
            folder = template.render(Path(scratch) / str(number), row.answers)
            share = share_of(folder, number, len(rows)) if options.quick else ()
            outcomes.append(_check(row, folder, share))
            print(f"[{number + 1}/{len(rows)}] {outcomes[-1].line()}", flush=True)
    failed = [outcome for outcome in outcomes if outcome.failed]
    print("\n".join(["", *(outcome.line() for outcome in outcomes)]))
    print(f"\n{len(outcomes) - len(failed)} of {len(outcomes)} variants are well.")
    sys.exit(1 if failed or not outcomes else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="uvx nox -s pairs --", description=__doc__)
    parser.add_argument(
        "--quick",
        action=argparse.BooleanOptionalAction,
        default=os.environ.get("CI") == "true",
        help="a share of the tests each, and not all rows; where CI is true it is the default",
    )
    parser.add_argument("--only", metavar="TEXT", default="", help="the variants whose name holds this text")
    parser.add_argument("--list", action="store_true", help="print their names, and check nothing")
    return parser.parse_args()


def share_of(folder: Path, number: int, count: int) -> tuple[str, ...]:
    """What row `number` of `count` does: every `count`th of its files of tests that a component can reach."""
    return tuple(str(path) for path in own_tests.files(folder, *own_tests.SAME_EVERYWHERE)[number::count])


def _check(row: Row, folder: Path, share: tuple[str, ...]) -> Outcome:
    """Run a variant's checks until one fails, whose output is printed; all tests where it has no share."""
    outcome = Outcome(row)
    for check in (*CHECKS, TESTS):
        began = time.monotonic()
        # Of a few files two processes are done sooner than the recipe's three have started.
        arguments = ("--numprocesses=2", *share) if check == TESTS and share else ()
        done = _run(row, "uv", "run", "--quiet", "just", check, *arguments, folder=folder)
        outcome.seconds[check] = time.monotonic() - began
        if done.returncode:
            outcome.failed = check
            print(f"{done.stdout}\n{done.stderr}", flush=True)
            break
        if check == TESTS:
            outcome.tests = _summary(done.stdout)
    return outcome


def _run(row: Row, *command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # For each flavour one environment, which uv brings up to date in a moment, and the cache of types of
    # `nox -s lint`: mypy begins anew where its plugins are others.
    framework = row.answers["framework"]
    shared = {
        "UV_PROJECT_ENVIRONMENT": str(FOLDER / framework / "environment"),
        "MYPY_CACHE_DIR": str(FOLDER.parent / "mypy" / framework),
        "PYTEST_ADDOPTS": "--no-cov -W ignore::pytest_cov.CovDisabledWarning",
    }
    environment = {**service_environment(), **shared}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def _summary(output: str) -> str:
    """What pytest says last, without its line of equals signs."""
    return output.strip().rpartition("\n")[2].strip("= ")


if __name__ == "__main__":
    main()
