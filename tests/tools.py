"""Programs that tests call, of this environment or from PATH; CI must have all, other machines need not."""

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest

ON_CI = os.environ.get("CI") == "true"
# Of the environment that runs these tests, and wrong for a rendered service, which has one of its own.
FOREIGN = (
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "PYTHONHOME",
    "UV_PROJECT_ENVIRONMENT",
    "UV_PYTHON",
    "UV_LOCKED",
    "UV_FROZEN",
)


def tool(name: str) -> str:
    """Find a program; where it is missing, CI fails and any other machine skips the test."""
    own = Path(sys.executable).parent
    found = shutil.which(name, path=f"{own}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        missing(f"{name} is not installed")
    return str(found)


def missing(reason: str) -> None:
    """Something that the test needs isn't there."""
    if ON_CI:
        pytest.fail(f"{reason}, and CI must not skip", pytrace=False)
    pytest.skip(reason)


def docker_engine() -> None:
    """A Docker engine that answers, with Compose."""
    docker = tool("docker")
    for command in (("info",), ("compose", "version")):
        done = attempt(docker, *command, folder=Path.cwd())
        if done.returncode:
            missing(f"`docker {' '.join(command)}`: {done.stderr.strip()}")


def run(
    *command: str, folder: Path, seconds: float = 120, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program in `folder`, which must end well: its whole output is in the failure."""
    done = attempt(*command, folder=folder, seconds=seconds, **variables)
    assert done.returncode == 0, (
        f"{' '.join(command)}: status {done.returncode}\n{done.stdout}\n{done.stderr}"
    )
    return done


def attempt(
    *command: str, folder: Path, seconds: float = 120, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program in `folder`, whatever its status is."""
    return subprocess.run(
        command,
        cwd=folder,
        env={**service_environment(), **variables},
        capture_output=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )


def service_environment() -> Mapping[str, str]:
    """This process's environment without what belongs to the tests' own Python environment."""
    return {name: value for name, value in os.environ.items() if name not in FOREIGN}


def is_up(url: str, *, seconds: float = 2) -> bool:
    """Whether a server is there, and answers without an error."""
    try:
        urllib.request.urlopen(url, timeout=seconds).close()
    except OSError:
        return False
    return True
