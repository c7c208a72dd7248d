"""The charts of distinct renders, and what Helm makes of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.tools import attempt, run, tool

VARIANTS: dict[str, dict[str, Any]] = {
    "full": {"preset": "full"},
    "django-full": {"preset": "full", "framework": "django"},
    "minimal": {"preset": "minimal", "helm": True},
}
EXAMPLES = ("default", "production", "istio", "small")
RELEASE = "trial"
# The oldest that the chart takes, and a newer one. A Helm that was built from its module means 1.20.
KUBERNETES = ("1.28", "1.34")
# Of those that the schemas of Kubernetes hold.
CUSTOM = {"ServiceMonitor", "VirtualService", "DestinationRule", "PeerAuthentication"}

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """The chart of a rendered service."""

    service: Path

    @property
    def folder(self) -> Path:
        return self.service / "deploy/helm"

    def example(self, name: str) -> tuple[str, ...]:
        """Helm's arguments for one of the chart's examples, with what each component that is on adds."""
        files = [self.folder / f"ci/{name}-values.yaml", *sorted(self.folder.glob("ci/settings/*.yaml"))]
        return tuple(f"--values={path}" for path in files)

    def rendered(self, name: str, *arguments: str) -> str:
        """All manifests as Helm writes them, hooks too."""
        return _rendered(self.service, *self.example(name), *arguments)

    def manifests(self, name: str, *arguments: str) -> list[Manifest]:
        """All manifests of an example, hooks too."""
        return self.made(*self.example(name), *arguments)

    def made(self, *arguments: str) -> list[Manifest]:
        """All manifests of these arguments, hooks too."""
        return [each for each in yaml.safe_load_all(_rendered(self.service, *arguments)) if each]

    def refusal(self, *arguments: str) -> str:
        """What Helm says when it makes no manifests."""
        done = attempt(*template_command("deploy/helm"), *arguments, folder=self.service)
        assert done.returncode != 0, "Helm refused nothing"
        return done.stderr

    def settings(self) -> dict[str, Manifest]:
        """What the files of settings say, by the name of the owner."""
        files = sorted(self.folder.glob("settings/*.yaml"))
        return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in files}


def named(manifests: Iterable[Manifest], kind: str, name: str) -> Manifest:
    """The one manifest of this kind and name."""
    (found,) = (one for one in manifests if (one["kind"], one["metadata"]["name"]) == (kind, name))
    return found


def of_kind(manifests: Iterable[Manifest], *kinds: str) -> list[Manifest]:
    """The manifests of these kinds."""
    return [one for one in manifests if one["kind"] in kinds]


def pods(manifests: Iterable[Manifest]) -> dict[str, Manifest]:
    """The pods' templates by the process that runs in them."""
    templates = [one["spec"]["template"] for one in of_kind(manifests, "Deployment", "Job")]
    return {one["metadata"]["labels"]["app.kubernetes.io/component"]: one for one in templates}


def lint(chart: Chart, *arguments: str) -> str:
    """What `helm lint` prints, which must end well."""
    version = f"--kube-version={KUBERNETES[0]}"
    return run(
        tool("helm"), "lint", "deploy/helm", "--strict", version, *arguments, folder=chart.service
    ).stdout


@cache
def _rendered(service: Path, *arguments: str) -> str:
    return run(*template_command("deploy/helm"), *arguments, folder=service).stdout


def template_command(chart: str) -> tuple[str, ...]:
    """The command that renders a chart, a folder or a package, for the oldest Kubernetes that it takes."""
    return (tool("helm"), "template", RELEASE, chart, f"--kube-version={KUBERNETES[0]}")
