"""Terraform as these tests run it: without settings of the machine's, the provider from a folder."""

import os
import shutil
from pathlib import Path

from tests.tools import attempt, missing, run, tool

# A folder of providers, for machines that reach no registry; unset: Terraform finds them by itself.
PLUGINS = "TERRAFORM_PLUGINS"
VARIABLES = {"TF_CLI_CONFIG_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true", "CHECKPOINT_DISABLE": "1"}


def terraform(*arguments: str, folder: Path, seconds: float = 300) -> str:
    """Run Terraform, which must end well, and give what it prints."""
    return run(tool("terraform"), *arguments, folder=folder, seconds=seconds, **VARIABLES).stdout


def copied(source: Path, destination: Path) -> Path:
    """A copy of a render's infrastructure, since Terraform writes beside what it reads."""
    shutil.copytree(source / "infrastructure", destination, symlinks=True)
    return destination


def initialised(folder: Path, *arguments: str) -> Path:
    """A root or module with its provider; where none is to be had, CI fails and any other machine skips."""
    plugins = os.environ.get(PLUGINS)
    given = (f"-plugin-dir={plugins}",) if plugins else ()
    command = (tool("terraform"), "init", "-input=false", "-no-color", *given, *arguments)
    done = attempt(*command, folder=folder, seconds=300, **VARIABLES)
    if done.returncode and "provider" in done.stderr:
        missing(f"Terraform has no provider for AWS: name a folder of providers in {PLUGINS}. {done.stderr}")
    assert done.returncode == 0, done.stderr
    return folder
