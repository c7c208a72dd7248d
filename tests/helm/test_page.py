"""The page on Helm: its values and commands are taken as they stand."""

import re
from pathlib import Path

import pytest
import yaml

from tests.helm.charts import Chart
from tests.tools import run, tool

DIGEST = f"sha256:{'0' * 64}"
# It asks no cluster: the commands that make something say what they would make.
WITHOUT_A_CLUSTER = 'kubectl() { command kubectl "$@" --dry-run=client --output=yaml; }\n'


def test_its_values_make_a_release(chart: Chart, tmp_path: Path) -> None:
    (values,) = _blocks(chart, "yaml")
    (tmp_path / "production.yaml").write_text(values, encoding="utf-8")
    components = [f"--values={path}" for path in sorted(chart.folder.glob("ci/settings/*.yaml"))]

    command = (f"--values={tmp_path}/production.yaml", *components, f"--set=image.digest={DIGEST}")
    kinds = {one["kind"] for one in chart.made(*command)}
    assert {"Deployment", "Ingress", "Job", "NetworkPolicy"} <= kinds


def test_its_secret_has_the_keys_that_every_release_needs(minimal: Chart, tmp_path: Path) -> None:
    tool("kubectl")
    for name in ("secret.key", "private.pem", "public.pem"):
        (tmp_path / "keys").mkdir(exist_ok=True)
        (tmp_path / "keys" / name).write_text("made by keys\n", encoding="utf-8")
    (commands,) = (block for block in _blocks(minimal, "bash") if "create secret" in block)

    script = f"set -euo pipefail\nname=trial\n{WITHOUT_A_CLUSTER}{commands.replace('uv run just keys', '')}"
    secret = yaml.safe_load(run("bash", "-c", script, folder=tmp_path).stdout)
    assert (secret["kind"], secret["metadata"]["name"]) == ("Secret", "trial-2026-01-01")
    assert set(secret["data"]) == set(minimal.settings()["core"]["secrets"])


def test_its_name_is_the_chart_s(minimal: Chart) -> None:
    (line,) = re.findall(r"^(name=.+)$", "".join(_blocks(minimal, "bash")), re.MULTILINE)

    assert run("bash", "-c", f'{line}; echo "$name"', folder=minimal.service).stdout == "acme-api\n"


@pytest.mark.parametrize(
    "command", ["upgrade", "rollback", "history", "template", "lint", "package", "uninstall"]
)
def test_a_command_of_helm_has_the_flags_that_it_gives(minimal: Chart, command: str) -> None:
    text = (minimal.service / "docs/helm.md").read_text(encoding="utf-8").replace("\\\n", " ")
    given = re.findall(rf"helm {command}\b[^`\n]*", text)
    known = run(tool("helm"), command, "--help", folder=minimal.service).stdout

    assert given
    assert {flag for line in given for flag in re.findall(r"--[a-z-]+", line) if flag not in known} == set()


def test_every_file_that_it_names_is_there(chart: Chart) -> None:
    text = (chart.service / "docs/helm.md").read_text(encoding="utf-8")
    named = set(re.findall(r"deploy/helm/[\w./-]+", text)) - {"deploy/helm/settings/own.yaml"}

    assert len(named) > 3
    assert {name for name in named if not (chart.service / name).exists()} == set()


def _blocks(chart: Chart, language: str) -> list[str]:
    text = (chart.service / "docs/helm.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
