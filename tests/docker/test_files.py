"""The Compose file of each distinct render, as Compose reads it."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.infra.variants import VARIANTS
from tests.tools import attempt, run


@pytest.mark.parametrize("variant", VARIANTS)
def test_compose_resolves_every_reference(variant: str, render: Render) -> None:
    run("docker", "compose", "config", "--quiet", folder=render(**VARIANTS[variant]))


def test_an_override_file_adds_a_service_and_changes_a_port(render: Render, tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_bytes((render() / "docker-compose.yml").read_bytes())
    override = "services:\n  api: {labels: {team: billing}}\n  worker: {image: 'busybox:1'}\n"
    (tmp_path / "docker-compose.override.yml").write_text(override, encoding="utf-8")

    command = ("docker", "compose", "config", "--format", "json")
    services = json.loads(run(*command, folder=tmp_path, PORT="3999").stdout)["services"]

    assert services["worker"]["image"] == "busybox:1"
    assert services["api"]["labels"] == {"team": "billing"}
    assert services["api"]["ports"][0]["published"] == "3999"


def test_the_checks_of_compose_do_fail(render: Render, tmp_path: Path) -> None:
    text = (render() / "docker-compose.yml").read_text(encoding="utf-8")
    (tmp_path / "docker-compose.yml").write_text(
        re.sub(r"(?m)^  redis:$", "  valkey:", text), encoding="utf-8"
    )

    done = attempt("docker", "compose", "config", "--quiet", folder=tmp_path)

    assert done.returncode != 0
    assert "undefined service" in done.stderr
