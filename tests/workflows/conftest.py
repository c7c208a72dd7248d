"""A service as its team has it at GitHub: rendered, locked, committed. Read it only: jobs work on clones."""

from pathlib import Path

import pytest

from tests.renders import Template, commit
from tests.tools import run
from tests.workflows.programs import Programs


@pytest.fixture(scope="session")
def service(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A service with everything on; the other flavour has the same workflows."""
    folder = template.render(tmp_path_factory.mktemp("service") / "full", {"preset": "full"})
    run("uv", "lock", "--quiet", folder=folder, seconds=300)
    commit(folder, "Render the service.")
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    """What stands in for GitHub and AWS."""
    return Programs.make(tmp_path / "programs", "aws", "docker", "gh")
