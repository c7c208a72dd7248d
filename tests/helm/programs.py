"""Outside programs that judge manifests, each of an exact version in an environment of its own."""

from collections.abc import Iterable
from pathlib import Path

import yaml

from tests.helm.charts import Manifest
from tests.programs import checkov, isolated
from tests.tools import attempt

# It holds the schemas of Kubernetes itself.
VALIDATE = ("kubernetes-validate==1.37.0", "kubernetes-validate")


def schema_faults(manifests: Iterable[Manifest], version: str, folder: Path) -> list[str]:
    """What Kubernetes of this version would not take."""
    arguments = ("--strict", "--kubernetes-version", version, "--quiet", *_written(manifests, folder))
    done = attempt(*isolated(*VALIDATE), *arguments, folder=folder, seconds=300)
    faults = [line for line in (done.stdout + done.stderr).splitlines() if line]
    assert (done.returncode == 0) == (not faults), f"status {done.returncode}: {faults}"
    return faults


def failed_checks(manifests: Iterable[Manifest], folder: Path) -> tuple[int, set[str]]:
    """How many checks of checkov the manifests pass, and the ids of those that some don't."""
    _written(manifests, folder)
    report = checkov("kubernetes", folder)
    assert report["summary"]["parsing_errors"] == 0
    failed = {one["check_id"] for one in report["results"]["failed_checks"]}
    return report["summary"]["passed"], failed


def _written(manifests: Iterable[Manifest], folder: Path) -> list[str]:
    """Write each manifest into a file of its own; their names."""
    names = []
    for number, one in enumerate(manifests):
        names.append(f"{number:03}-{one['kind']}.yaml")
        (folder / names[-1]).write_text(yaml.safe_dump(one), encoding="utf-8")
    return names
