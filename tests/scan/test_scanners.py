"""Scanners for security on a full render: what they find is mended in the template, or justified here.

Those that bring many packages along run in environments of their own, each of an exact version.
"""

import json
from pathlib import Path

import pytest

from extensions.answers import FRAMEWORKS
from tests.conftest import Render
from tests.infra.variants import ON_GITHUB, REPOSITORIES, THE_TEMPLATE, VARIANTS, workflows
from tests.programs import BANDIT, CHECKOV, isolated
from tests.renders import REPOSITORY
from tests.tools import attempt, run, tool

# The one rule above low severity that may be broken, in the files below: SQL cannot have names as parameters.
SQL_OF_CONSTANTS = "B608"
# Right as it is: rule and file or folder, with the reason.
JUSTIFIED = {
    ("B101", "src/app/"): "an assert tells types and readers what holds; no check of input relies on one",
    ("B105", "src/app/dev/terraform/put_secrets.py"): "a name of a file",
    ("B105", "src/app/domain/log_in.py"): "`Bearer` is the kind of a token",
    ("B105", "src/app/kit/settings.py"): "the published default of `seed`, which production refuses",
    ("B311", "src/app/kit/cached_values.py"): "jitter of a time to live, no secret",
    ("B311", "src/app/kit/jobs.py"): "jitter of a delay, no secret",
    ("B404", "src/app/dev/"): "development starts programs; nothing of app.dev is in the image",
    ("B603", "src/app/dev/"): "always a list, never a shell",
    (SQL_OF_CONSTANTS, "src/app/apps/outbox/publish.py"): "names of columns are constants",
    (SQL_OF_CONSTANTS, "src/app/domain/documents.py"): "for two drivers: names are constants",
    (SQL_OF_CONSTANTS, "src/app/domain/search/sql.py"): "a resource's table is called by its plural",
    (SQL_OF_CONSTANTS, "src/app/domain/storage.py"): "for two drivers: names are constants",
    (SQL_OF_CONSTANTS, "src/app/kit/housekeeping.py"): "for each rule: names are constants",
    ("B607", "src/app/dev/"): "`git` and `ps` are meant as the developer's PATH has them",
}


@pytest.fixture(params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def full(framework: str, render: Render) -> Path:
    return render(preset="full", framework=framework)


def test_bandit_finds_nothing_that_is_not_justified(full: Path) -> None:
    arguments = ("--recursive", "src", "--ignore-nosec", "--quiet", "--format", "json", "--exit-zero")
    report = json.loads(run(*isolated(*BANDIT), *arguments, folder=full, seconds=300).stdout)
    found = {(one["test_id"], one["filename"]) for one in report["results"]}

    assert report["errors"] == []
    assert report["metrics"]["_totals"]["loc"] > 3000
    assert {one for one in found if not any(_covers(place, one) for place in JUSTIFIED)} == set()
    severe = {one["test_id"] for one in report["results"] if one["issue_severity"] != "LOW"}
    assert severe <= {SQL_OF_CONSTANTS}
    # Of the flavours each has files of its own.
    here = {place for place in JUSTIFIED if (full / place[1]).exists()}
    assert {place for place in here if not any(_covers(place, one) for one in found)} == set()


def test_what_is_justified_is_there() -> None:
    assert [path for _, path in JUSTIFIED if not (REPOSITORY / "template" / path).exists()] == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_hadolint_has_nothing_to_say(variant: str, render: Render) -> None:
    run(tool("hadolint"), "Dockerfile", folder=render(**VARIANTS[variant]))


@pytest.mark.parametrize("variant", REPOSITORIES)
def test_zizmor_has_nothing_to_say(variant: str, render: Render) -> None:
    folder = REPOSITORY if variant == THE_TEMPLATE else render(**ON_GITHUB[variant])

    run(tool("zizmor"), "--offline", "--no-progress", "--strict-collection", ".github", folder=folder)


def test_checkov_has_nothing_to_say_of_image_and_workflows(full: Path) -> None:
    assert _checkov(full, "Dockerfile", *workflows(full)) == {
        "dockerfile": (0, 0, 0),
        "github_actions": (0, 0, 0),
    }


def test_checkov_has_nothing_to_say_of_the_template_s_own_workflow() -> None:
    assert _checkov(REPOSITORY, *workflows(REPOSITORY)) == {"github_actions": (0, 0, 0)}


def test_gitleaks_finds_no_secret(full: Path) -> None:
    run(*_gitleaks(), folder=full)


def test_gitleaks_does_find_one(tmp_path: Path) -> None:
    # In two parts, so that it isn't found here.
    (tmp_path / "settings.py").write_text(
        'API_KEY = "3f9c1e7ab2d84056' + '9e8d7c6b5a413f20"\n', encoding="utf-8"
    )

    done = attempt(*_gitleaks(), folder=tmp_path)

    assert done.returncode == 1
    assert "generic-api-key" in done.stdout


def _covers(justified: tuple[str, str], found: tuple[str, str]) -> bool:
    return justified[0] == found[0] and found[1].startswith(justified[1])


def _checkov(folder: Path, *files: str) -> dict[str, tuple[int, int, int]]:
    """Failed and skipped checks and files that it couldn't read, for each kind of file.

    It silently passes over a workflow that doesn't fit its own schema: so some checks must have passed.
    """
    arguments = ("--file", *files, "--framework", "dockerfile", "github_actions")
    options = ("--skip-download", "--output", "json")
    reports = json.loads(run(*isolated(*CHECKOV), *arguments, *options, folder=folder, seconds=300).stdout)
    summaries = {
        one["check_type"]: one["summary"] for one in (reports if isinstance(reports, list) else [reports])
    }
    assert all(one["passed"] > 20 for one in summaries.values()), summaries
    return {name: (one["failed"], one["skipped"], one["parsing_errors"]) for name, one in summaries.items()}


def _gitleaks() -> tuple[str, ...]:
    return (tool("gitleaks"), "dir", ".", "--no-banner", "--no-color", "--redact", "--verbose")
