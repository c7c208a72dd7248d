"""The service that is fuzzed, and the options of `uvx nox -s fuzz -- …`."""

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import Service, running_service
from tests.variants import FULL, MINIMAL, VARIANTS

EXAMPLES, QUICK = 30, 6


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("fuzz")
    group.addoption(
        "--examples", type=int, default=EXAMPLES, help="random requests of each operation and role"
    )
    group.addoption("--quick", action="store_const", const=QUICK, dest="examples", help="few of them")
    group.addoption(
        "--seed", type=int, default=secrets.randbelow(2**32), help="repeat the run with this seed"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("passed"):
        for _, figures in report.user_properties:
            terminalreporter.write_line(str(figures))


@pytest.fixture(scope="session", params=FULL + MINIMAL)
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    # Not below pytest's own folder, which is closed to the user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with running_service(folder, VARIANTS[request.param]) as running:
            yield running
