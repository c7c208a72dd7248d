"""Dockerfile, Compose file and .github/ of each distinct render, held against the tools that know them.

What only Docker can tell is in tests/docker/test_files.py, what scanners for security say in tests/scan. That
what workflows run does run is in tests/workflows.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from extensions.answers import FRAMEWORKS
from tests.conftest import Render
from tests.infra.variants import ON_GITHUB, REPOSITORIES, THE_TEMPLATE, VARIANTS, workflows
from tests.renders import REPOSITORY
from tests.tools import run, tool


@pytest.fixture(params=VARIANTS)
def service(request: pytest.FixtureRequest, render: Render) -> Path:
    return render(**VARIANTS[request.param])


@pytest.fixture(params=REPOSITORIES)
def repository(request: pytest.FixtureRequest, render: Render) -> Path:
    return REPOSITORY if request.param == THE_TEMPLATE else render(**ON_GITHUB[request.param])


@pytest.fixture(params=ON_GITHUB)
def on_github(request: pytest.FixtureRequest, render: Render) -> Path:
    return render(**ON_GITHUB[request.param])


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
def test_the_workflows_fit_their_schema(repository: Path, schema: str) -> None:
    run(tool("check-jsonschema"), "--builtin-schema", schema, *workflows(repository), folder=repository)


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.dependabot", "dependabot.yml"),
        ("vendor.github-issue-config", "ISSUE_TEMPLATE/config.yml"),
        ("vendor.github-issue-forms", "ISSUE_TEMPLATE/bug.yml"),
        ("vendor.github-issue-forms", "ISSUE_TEMPLATE/change.yml"),
    ],
)
def test_what_else_github_reads_fits_its_schema(on_github: Path, schema: str, file: str) -> None:
    run(tool("check-jsonschema"), "--builtin-schema", schema, f".github/{file}", folder=on_github)


@pytest.mark.parametrize(
    ("variant", "files"),
    [
        ("standard", ["ci.yml", "deploy.yml", "standards-update.yml"]),
        ("full", ["ci.yml", "deploy.yml", "standards-update.yml"]),
        ("without-terraform", ["ci.yml", "standards-update.yml"]),
        ("helm-alone", ["ci.yml", "standards-update.yml"]),
        ("minimal-on-github", ["ci.yml", "standards-update.yml"]),
    ],
)
def test_only_what_terraform_made_is_deployed_to(variant: str, files: list[str], render: Render) -> None:
    service = render(**ON_GITHUB[variant])
    ci = (service / ".github/workflows/ci.yml").read_text(encoding="utf-8")

    assert [Path(path).name for path in workflows(service)] == files
    assert ("deploy.yml" in ci) == ("deploy.yml" in files)


@pytest.mark.parametrize(
    ("variant", "jobs"),
    [
        ("standard", ["infrastructure"]),
        ("full", ["chart", "infrastructure"]),
        ("django-full", ["chart", "infrastructure"]),
        ("helm-alone", ["chart"]),
        ("minimal-on-github", []),
    ],
)
def test_all_jobs_of_ci_must_pass_before_anything_is_deployed(
    variant: str, jobs: list[str], render: Render
) -> None:
    ci = _jobs(render(**ON_GITHUB[variant]), ".github/workflows/ci.yml")
    core = ["lint", "types", "test", "integration", "dependencies", "image"]

    assert ci["passed"]["needs"] == [*core, *jobs]
    assert set(ci) - {"passed", "deploy"} == {*core, *jobs}
    assert {job["needs"] for name, job in ci.items() if name == "deploy"} <= {"passed"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("standard", f"without-{component}") for component in ("documents", "mail", "search", "storage")),
        ("full", "django-full"),
    ],
)
def test_workflows_change_with_no_such_component_and_no_flavour(one: str, other: str, render: Render) -> None:
    answers = VARIANTS | ON_GITHUB
    first, second = render(**answers[one]), render(**answers[other])

    for path in workflows(first):
        assert (first / path).read_bytes() == (second / path).read_bytes(), path


@pytest.mark.parametrize(
    ("variant", "ecosystems"),
    [
        ("standard", ["docker", "terraform", "github-actions"]),
        ("without-terraform", ["docker", "github-actions"]),
    ],
)
def test_what_dependabot_moves_is_a_week_old(variant: str, ecosystems: list[str], render: Render) -> None:
    text = (render(**ON_GITHUB[variant]) / ".github/dependabot.yml").read_text(encoding="utf-8")
    updates = yaml.safe_load(text)["updates"]

    assert [one["package-ecosystem"] for one in updates] == ecosystems
    assert {one["cooldown"]["default-days"] for one in updates} == {7}


def test_code_has_the_author_as_its_owner(render: Render) -> None:
    owners = (render(author_email="ada@acme.example") / ".github/CODEOWNERS").read_text(encoding="utf-8")

    assert owners.splitlines()[-1] == "* ada@acme.example"


def test_actions_are_pinned_by_commit_with_their_version(repository: Path) -> None:
    texts = [(repository / path).read_text(encoding="utf-8") for path in workflows(repository)]
    uses = [line for text in texts for line in re.findall(r"uses: ([^.\n].*)", text)]

    assert len(uses) > 3
    assert [line for line in uses if not re.fullmatch(r"[\w/.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


def test_an_action_has_one_version_everywhere(render: Render) -> None:
    texts = [
        (folder / path).read_text(encoding="utf-8")
        for folder in (REPOSITORY, render(preset="full"))
        for path in workflows(folder)
    ]
    pins = {tuple(pin.split("@")) for text in texts for pin in re.findall(r"uses: (\S+@\S+)", text)}

    assert len(pins) == len({action for action, _ in pins})


READ = {"contents": "read"}
AT_AWS = {"contents": "read", "id-token": "write"}
# Beyond reading the repository, by workflow and job.
PERMISSIONS: dict[tuple[str, str], dict[str, str]] = {
    ("ci", "passed"): {},
    ("ci", "deploy"): {**AT_AWS, "actions": "read"},
    ("deploy", "build"): AT_AWS,
    ("deploy", "staging"): AT_AWS,
    ("deploy", "gate"): {"actions": "read"},
    ("deploy", "production"): AT_AWS,
    ("standards-update", "publish"): {"contents": "write", "issues": "write", "pull-requests": "write"},
}


def test_a_job_may_do_what_it_needs_and_nothing_else(repository: Path) -> None:
    for path in workflows(repository):
        workflow = yaml.safe_load((repository / path).read_text(encoding="utf-8"))
        granted = {
            (Path(path).stem, name): job.get("permissions", {}) for name, job in workflow["jobs"].items()
        }

        assert workflow["permissions"] == {}
        # The sessions of this repository's own workflow all read it, and no more.
        allowed = {} if repository == REPOSITORY else PERMISSIONS
        assert granted == {job: allowed.get(job, READ) for job in granted}


def test_nothing_of_an_expression_is_read_as_shell(repository: Path) -> None:
    commands = [step["run"] for path in workflows(repository) for step in _steps(repository, path)]

    assert len(commands) > 5
    assert [command for command in commands if "${{" in command] == []


def test_a_workflow_runs_recipes_that_exist(on_github: Path) -> None:
    files = ["justfile", "infrastructure/deploy.just"]
    texts = [(on_github / file).read_text(encoding="utf-8") for file in files if (on_github / file).exists()]
    recipes = {name for text in texts for name in re.findall(r"(?m)^([a-z][a-z-]*)[^:=\n]*:(?!=)", text)}
    called = {
        name
        for path in workflows(on_github)
        for step in _steps(on_github, path)
        for name in re.findall(r"\bjust ([a-z-]+)", step["run"])
    }

    assert {"lint", "typecheck", "test", "test-integration", "up"} <= called
    assert called <= recipes


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_ci_names_every_server_that_an_integration_test_needs(framework: str, render: Render) -> None:
    service = render(preset="full", framework=framework)
    tests = [path.read_text(encoding="utf-8") for path in service.glob("tests/**/*.py")]
    needed = {
        name
        for text in tests
        for names in re.findall(r'mark\.integration\(("[^)]+)\)', text)
        for name in re.findall(r"[A-Z_]+", names)
    }
    job = _jobs(service, ".github/workflows/ci.yml")["integration"]
    settings = re.findall(r"(?m)^([A-Z_]+)=", (service / ".env.example").read_text(encoding="utf-8"))

    assert needed == {
        "CLAMAV_HOST",
        "DATABASE_URL",
        "ELASTICSEARCH_URL",
        "MINIO_ENDPOINT",
        "MONGODB_URL",
        "REDIS_URL",
        "SMTP_HOST",
    }
    assert needed <= {*settings, *job["env"]}
    # It starts all of Compose, whose ports it would take with a server of its own.
    assert "services" not in job


def test_one_version_of_uv_builds_and_checks(render: Render) -> None:
    service = render(**ON_GITHUB["full"])
    image = re.findall(r"ARG UV_VERSION=(.+)", (service / "Dockerfile").read_text(encoding="utf-8"))
    texts = [
        (folder / path).read_text(encoding="utf-8")
        for folder in (service, REPOSITORY)
        for path in workflows(folder)
    ]

    assert {version for text in texts for version in re.findall(r' version: "(.+)"', text)} == set(image)


def _jobs(repository: Path, path: str) -> dict[str, Any]:
    jobs: dict[str, Any] = yaml.safe_load((repository / path).read_text(encoding="utf-8"))["jobs"]
    return jobs


def _steps(repository: Path, path: str) -> list[dict[str, Any]]:
    """The steps that run something."""
    jobs = _jobs(repository, path).values()
    return [step for job in jobs for step in job.get("steps", []) if "run" in step]


def _services(service: Path) -> dict[str, Any]:
    text = (service / "docker-compose.yml").read_text(encoding="utf-8")
    services: dict[str, Any] = yaml.safe_load(text)["services"]
    return services
