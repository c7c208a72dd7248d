"""An empty database, and a scratch copy of the service whose code a test may change (template-owned)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.api.database import scratch_database
from tests.environment import service_environment

import app


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The URL of a database without any table."""
    with scratch_database(os.environ["DATABASE_URL"]) as url:
        yield url


@dataclass(frozen=True)
class ScratchService:
    """A copy of this service's code, run as processes of its own on a database of its own."""

    source: Path  # the folder of `app`
    database_url: str

    def start(self, module: str, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=self._environment(),
            cwd=self.source.parent,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def _environment(self) -> dict[str, str]:
        given = service_environment(DATABASE_URL=self.database_url, PYTHONPATH=str(self.source.parent))
        # What runs here is no code of the service: it is not counted as covered, nor as missed.
        return {name: value for name, value in given.items() if not name.startswith("COVERAGE_")}

    def run(self, module: str, *arguments: str) -> str:
        """Run a command that must succeed; gives what it prints."""
        process = self.start(module, *arguments)
        printed, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        return printed

    def write(self, path: str, text: str) -> Path:
        file = self.source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file


@pytest.fixture
def scratch_service(tmp_path: Path, empty_database: str) -> ScratchService:
    """The service's code in a folder of the test's own, where adding a file changes nobody else's."""
    source = tmp_path / "src" / "app"
    shutil.copytree(Path(app.__file__).parent, source, ignore=shutil.ignore_patterns("__pycache__"))
    return ScratchService(source, empty_database)
