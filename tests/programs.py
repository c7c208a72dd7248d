"""Programs that bring many packages along: each of an exact version, in an environment of its own."""

import json
import tomllib
from pathlib import Path
from typing import Any

from tests.renders import REPOSITORY
from tests.tools import run

# No newer package gets into such an environment, as none gets into this repository's.
NEWEST = tomllib.loads((REPOSITORY / "uv.toml").read_text(encoding="utf-8"))["exclude-newer"]
BANDIT = ("bandit==1.9.4", "bandit")
CHECKOV = ("checkov==3.3.30", "checkov")
MOTO = "moto[server]==5.2.5"


def isolated(requirement: str, program: str) -> tuple[str, ...]:
    """The command that runs a program of a package, which arguments follow: `isolated(*CHECKOV)`."""
    return ("uv", "tool", "run", "--quiet", "--exclude-newer", NEWEST, "--from", requirement, program)


def checkov(framework: str, folder: Path) -> dict[str, Any]:
    """What checkov says of all files of a kind in a folder, justified or not."""
    what = ("--directory", ".", "--framework", framework)
    how = ("--skip-download", "--soft-fail", "--output", "json")
    printed = run(*isolated(*CHECKOV), *what, *how, folder=folder, seconds=600).stdout
    report: dict[str, Any] = json.loads(printed)
    return report
