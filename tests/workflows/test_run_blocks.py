"""Every `run:` block of a service's workflows is run here, or named here with where it is.

CI runs in the order of `needs`, in clones of a real repository. Of the deployment what is more than one
command runs with programs that stand in for AWS and Docker.
"""

import json
import os
import re
from pathlib import Path

import pytest
import yaml

from tests.terraform.terraform import PLUGINS, VARIABLES
from tests.tools import missing, tool
from tests.workflows.programs import Programs
from tests.workflows.runner import Runner, in_order, run_blocks

DIGEST = "sha256:" + "1" * 64
# By workflow, how the blocks begin that aren't run here, and why.
ELSEWHERE = {
    "ci.yml": {
        "uv run just test": "takes minutes; the session `service` runs it in each variant",
        "uv run just up": "needs an engine; the session `docker` runs it in each flavour",
        "docker compose logs": "after a failure alone",
        "docker compose config": "needs an engine; the session `docker` has the same servers up",
        "uv run just test-integration": "needs those; the session `servers` runs these tests on real ones",
        "uv audit": "asks a database of vulnerabilities on the internet",
        'mkdir "$TF_PLUGIN_CACHE_DIR"': "takes minutes; below it runs for real in a few of its folders",
    },
    "deploy.yml": {
        "uv run just deploy staging": "the session `deploy` runs it at a mock AWS",
        "uv run just deploy production": "the session `deploy` runs it at a mock AWS",
    },
    "standards-update.yml": {},
}

# Where Terraform is asked: a root, a module that is handed a provider, one that isn't. Others are noted.
ASKED = ("environments/dev", "modules/ecs_task", "modules/service")
TERRAFORM = """\
#!/usr/bin/env bash
echo "${{1#-chdir=}} $2" >>"{calls}"
case "$1 $2" in
*/modules/service/\\ test) ;; # the session `terraform` does it
{asked}) exec "{terraform}" "$@" ;;
esac
"""


def left_out(service: Path, workflow: str) -> frozenset[str]:
    """The blocks of a workflow that aren't run here."""
    blocks = run_blocks(service)[workflow]
    return frozenset(block for block in blocks if any(_begins(block, words) for words in ELSEWHERE[workflow]))


def _begins(block: str, words: str) -> bool:
    return re.match(rf"{re.escape(words)}(\s|$)", block) is not None


def test_each_that_is_left_out_is_there(service: Path) -> None:
    there = run_blocks(service)

    assert set(there) == set(ELSEWHERE)
    assert {name: len(left_out(service, name)) for name in there} == {
        name: len(beginnings) for name, beginnings in ELSEWHERE.items()
    }


def test_all_that_ci_runs_does_run(service: Path, tmp_path: Path) -> None:
    (tmp_path / "programs").mkdir()
    for name in ("helm", "terraform"):
        tool(name)
    # One for all jobs: making it takes longest.
    environment = {"UV_PROJECT_ENVIRONMENT": str(tmp_path / "environment")}
    elsewhere = left_out(service, "ci.yml")
    programs = tmp_path / "programs"
    runner = Runner(service, "ci.yml", tmp_path, programs, environment, left_out=elsewhere)

    runner.run()

    assert runner.failed() == []
    assert {block.text for block in runner.blocks} == set(run_blocks(service)["ci.yml"]) - elsewhere
    assert {name: ended["result"] for name, ended in runner.ended.items()} == dict.fromkeys(
        runner.ended, "success"
    )
    handed_over = {path.parent.name: path.suffix for path in (tmp_path / "artifacts").glob("*/*")}
    assert handed_over == {"chart": ".tgz", "sbom": ".json"}
    sbom = json.loads((tmp_path / "artifacts/sbom/sbom.cdx.json").read_text(encoding="utf-8"))
    assert (sbom["bomFormat"], sbom["specVersion"]) == ("CycloneDX", "1.5")
    assert {"pydantic", "celery"} <= {one["name"] for one in sbom["components"]}
    assert "pytest" not in {one["name"] for one in sbom["components"]}


def test_infrastructure_is_held_folder_by_folder(service: Path, tmp_path: Path) -> None:
    runner, calls = _infrastructure(service, tmp_path)

    runner.run("infrastructure")

    _, block = runner.blocks
    if PLUGINS not in os.environ and "Failed to query available provider packages" in block.said:
        missing(f"Terraform has no provider for AWS: name a folder of providers in {PLUGINS}")
    assert runner.failed() == []
    assert block.said.count("The configuration is valid") == len(ASKED) - 1
    assert re.search(r"[1-9]\d* passed, 0 failed", block.said)
    made = service / "infrastructure"
    folders = {f"infrastructure/{path.relative_to(made)}/" for path in made.glob("*/*") if path.is_dir()}
    asked = [line.split() for line in calls.read_text(encoding="utf-8").splitlines()]
    assert {folder for folder, what in asked if what == "init"} == folders
    assert {folder for folder, what in asked if what == "test"} == folders
    # It is no root: the environments hand it the provider that it lacks by itself.
    assert folders - {folder for folder, what in asked if what == "validate"} == {
        "infrastructure/modules/service/"
    }


def test_a_red_job_of_ci_keeps_what_follows_from_running(service: Path, tmp_path: Path) -> None:
    workflow = yaml.safe_load((service / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    (tmp_path / "programs").mkdir()
    runner = Runner(service, "ci.yml", tmp_path, tmp_path / "programs")
    runner.ended = {name: {"result": "success", "outputs": {}} for name in workflow["jobs"]}
    runner.ended["types"] = {"result": "failure", "outputs": {}}

    runner.run("passed")

    assert runner.ended["passed"]["result"] == "failure"
    assert list(in_order(workflow["jobs"]))[-2:] == ["passed", "deploy"]


def test_an_image_is_built_once_for_a_commit(service: Path, tmp_path: Path, programs: Programs) -> None:
    programs.answer("aws ecr describe-images", (254, ""), (0, DIGEST))
    runner = _deploy(service, tmp_path, programs)

    runner.run("build")
    runner.run("build")

    assert runner.failed() == []
    assert runner.ended["build"] == {"result": "success", "outputs": {"digest": DIGEST}}
    registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
    login, create, build = programs.calls("docker")
    assert login == ["login", "--username", "AWS", "--password-stdin", registry]
    assert create == ["buildx", "create", "--use"]
    assert {"--push", "--provenance", "mode=max", "--sbom"} <= set(build)
    assert build[build.index("--tag") + 1].startswith(f"{registry}/acme-api:")


@pytest.mark.parametrize(
    ("rules", "event", "is_open"),
    [
        ((0, "required_reviewers\n"), "push", True),
        ((0, "branch_policy\n"), "push", False),
        # No such environment.
        ((1, '{"message": "Not Found"}\nrequired_reviewers\n'), "push", False),
        ((1, ""), "workflow_dispatch", True),
    ],
)
def test_production_is_deployed_only_if_somebody_is_asked(
    service: Path, tmp_path: Path, programs: Programs, rules: tuple[int, str], event: str, is_open: bool
) -> None:
    programs.answer("gh api repos/acme/service/environments/production", rules)
    runner = _deploy(service, tmp_path, programs, event=event)
    for job in ("build", "staging"):
        runner.ended[job] = {"result": "success", "outputs": {"digest": DIGEST}}

    runner.run("gate", "production")

    assert runner.failed() == []
    assert runner.ended["production"]["result"] == ("success" if is_open else "skipped")
    assert ("run Deploy by hand" in runner.said("gate")) == (not is_open)


def test_the_servers_of_the_integration_tests_are_all_of_compose_but_ours(service: Path) -> None:
    services = yaml.safe_load((service / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    (block,) = (text for text in left_out(service, "ci.yml") if "xargs" in text)
    ours = block.split("'")[1].split("|")

    assert ours == ["api", "migrate", "seed", "worker", "schedule"]
    assert set(services) - set(ours) == {
        *("clamav", "elasticsearch", "mailhog", "minio", "mongo", "postgres", "redis"),
    }
    assert {services[name].get("image", "") for name in ours} == {"acme-api-service:local"}
    assert [name for name in set(services) - set(ours) if "healthcheck" not in services[name]] == []


def _infrastructure(service: Path, folder: Path) -> tuple[Runner, Path]:
    """The job with a `terraform` that is the real one in ASKED, and the file of how it was called."""
    (folder / "programs").mkdir()
    asked = "|".join(("fmt*", *(f"-chdir=infrastructure/{path}/*" for path in ASKED)))
    program = TERRAFORM.format(calls=folder / "calls", asked=asked, terraform=tool("terraform"))
    (folder / "programs/terraform").write_text(program, encoding="utf-8")
    (folder / "programs/terraform").chmod(0o755)
    variables = dict(VARIABLES)
    if plugins := os.environ.get(PLUGINS):
        settings = folder / "terraform.rc"
        settings.write_text(
            f'provider_installation {{ filesystem_mirror {{ path = "{plugins}" }} }}\n', "utf-8"
        )
        variables["TF_CLI_CONFIG_FILE"] = str(settings)
    return Runner(service, "ci.yml", folder, folder / "programs", variables), folder / "calls"


def _deploy(service: Path, folder: Path, programs: Programs, *, event: str = "push") -> Runner:
    github = {"ref": "refs/heads/main", "event_name": event, "token": "of-the-workflow"}
    contexts = {"vars": {"AWS_ACCOUNT_ID": "123456789012"}, "github": github}
    elsewhere = left_out(service, "deploy.yml")
    return Runner(service, "deploy.yml", folder, programs.folder, contexts=contexts, left_out=elsewhere)
