"""Dockerfile, Compose file and workflow of each distinct render, held against the tools that know them.

What only Docker or a tool from outside PyPI can tell is in tests/docker/test_files.py, what scanners for
security say in tests/scan.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Render
from tests.infra.variants import REPOSITORIES, THE_TEMPLATE, VARIANTS, WORKFLOW
from tests.renders import REPOSITORY
from tests.tools import run, tool


@pytest.fixture(params=VARIANTS)
def service(request: pytest.FixtureRequest, render: Render) -> Path:
    return render(**VARIANTS[request.param])


@pytest.fixture(params=REPOSITORIES)
def repository(request: pytest.FixtureRequest, render: Render) -> Path:
    return REPOSITORY if request.param == THE_TEMPLATE else render(**VARIANTS[request.param])


def test_the_dockerfile_needs_no_frontend_from_a_registry(service: Path) -> None:
    assert "# syntax=" not in (service / "Dockerfile").read_text(encoding="utf-8")


def test_the_compose_file_fits_its_schema(service: Path) -> None:
    run(
        tool("check-jsonschema"),
        "--builtin-schema",
        "vendor.compose-spec",
        "docker-compose.yml",
        folder=service,
    )


def test_every_published_port_is_on_loopback_and_can_be_changed(service: Path) -> None:
    published = [port for one in _services(service).values() for port in one.get("ports", [])]

    assert published
    assert [
        port for port in published if not re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+", port)
    ] == []


def test_every_container_is_hardened(service: Path) -> None:
    for name, one in _services(service).items():
        hardening = (one["read_only"], one["cap_drop"], one["security_opt"])
        assert hardening == (True, ["ALL"], ["no-new-privileges:true"]), name
        assert one["deploy"]["resources"]["limits"]["memory"], name


@pytest.mark.parametrize(
    ("variant", "servers"),
    [
        ("full", ["clamav", "mongo", "mailhog", "elasticsearch", "minio"]),
        ("standard", ["mongo", "mailhog", "elasticsearch", "minio"]),
        ("without-documents", ["mailhog", "elasticsearch", "minio"]),
        ("without-mail", ["mongo", "elasticsearch", "minio"]),
        ("without-search", ["mongo", "mailhog", "minio"]),
        ("without-storage", ["mongo", "mailhog", "elasticsearch"]),
        ("minimal", []),
    ],
)
def test_a_server_comes_with_its_component_only(variant: str, servers: list[str], render: Render) -> None:
    service = render(**VARIANTS[variant])
    volumes = yaml.safe_load((service / "docker-compose.yml").read_text(encoding="utf-8"))["volumes"]

    core = ["api", "migrate", "seed", "worker", "schedule", "postgres", "redis"]
    assert list(_services(service)) == [*core, *servers]
    assert ("clamav_data" in volumes) == ("clamav" in servers)
    assert ("mongo_data" in volumes) == ("mongo" in servers)
    assert ("minio_data" in volumes) == ("minio" in servers)
    assert ("es_data" in volumes) == ("elasticsearch" in servers)


@pytest.mark.parametrize("schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"])
def test_the_workflow_fits_its_schema(repository: Path, schema: str) -> None:
    run(tool("check-jsonschema"), "--builtin-schema", schema, WORKFLOW, folder=repository)


def test_actions_are_pinned_by_commit_with_their_version(repository: Path) -> None:
    uses = re.findall(r"uses: (.+)", (repository / WORKFLOW).read_text(encoding="utf-8"))

    assert uses
    assert [line for line in uses if not re.fullmatch(r"[\w/.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


def test_a_job_may_read_the_repository_and_nothing_else(repository: Path) -> None:
    workflow = yaml.safe_load((repository / WORKFLOW).read_text(encoding="utf-8"))

    assert workflow["permissions"] == {}
    assert {job["permissions"]["contents"] for job in workflow["jobs"].values()} == {"read"}
    assert {len(job["permissions"]) for job in workflow["jobs"].values()} == {1}


def test_a_job_runs_recipes_that_exist(render: Render) -> None:
    service = render(**VARIANTS["standard"])
    jobs = yaml.safe_load((service / WORKFLOW).read_text(encoding="utf-8"))["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    recipes = re.findall(
        r"^([a-z][a-z-]*)[^:=]*:", (service / "justfile").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert commands == [
        *(f"uv run just {recipe}" for recipe in ("lint", "typecheck", "test", "up")),
        "docker compose logs",
    ]
    assert {"lint", "typecheck", "test", "up"} <= set(recipes)


def test_one_version_of_uv_builds_and_checks(render: Render) -> None:
    service = render(**VARIANTS["standard"])
    image = re.findall(r"ARG UV_VERSION=(.+)", (service / "Dockerfile").read_text(encoding="utf-8"))
    texts = [(folder / WORKFLOW).read_text(encoding="utf-8") for folder in (service, REPOSITORY)]

    assert {version for text in texts for version in re.findall(r'version: "(.+)"', text)} == set(image)


def test_the_workflow_of_the_template_runs_every_session() -> None:
    listed = json.loads(run(tool("nox"), "--list", "--json", folder=REPOSITORY, CI="true").stdout)
    workflow = yaml.safe_load((REPOSITORY / WORKFLOW).read_text(encoding="utf-8"))

    assert workflow["jobs"]["nox"]["strategy"]["matrix"]["session"] == [one["session"] for one in listed]


def _services(service: Path) -> dict[str, Any]:
    text = (service / "docker-compose.yml").read_text(encoding="utf-8")
    services: dict[str, Any] = yaml.safe_load(text)["services"]
    return services
