"""The weekly pull requests: both jobs of standards-update.yml, with real releases and a gh that notes."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.renders import REPOSITORY, commit, git
from tests.tools import run
from tests.update.small import LINES, make_service, make_template, write
from tests.workflows.programs import Programs
from tests.workflows.runner import Runner

TITLE = "Update to the newest release of the template"
BRANCH = "update/standards"
CLASH = "clash.txt"
MINE = LINES.replace("line 20\n", "line 20 of mine\n")
QUICK = "    @echo 'All is well.'\n"
RED = "    @echo 'It is not.' && exit 1\n"
# Of a service that is quick to check, and whose newer packages are those of a later date.
JUSTFILE = f"""\
check:
{QUICK}
upgrade:
    @sed -i s/2026-10-01/2026-10-08/ uv.toml && uv lock --quiet --upgrade && just check

"""
PYPROJECT = """\
[project]
name = "small"
version = "1"
requires-python = ">=3.11"
[dependency-groups]
dev = ["rust-just>=1.40,<2"]
"""
OURS = ("github_actions", "standards", "standards_edits", "standards_scratch")


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small service of the release before the last, with the real workflow, recipe and scripts."""
    template = make_template(tmp_path_factory.mktemp("template"))
    service = make_service(template, tmp_path_factory.mktemp("service"))
    ours = [f"src/app/dev/{name}.py" for name in OURS]
    for name in (".github/workflows/standards-update.yml", *ours):
        (service / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / "template" / name, service / name)
    recipe = (REPOSITORY / "template/justfile").read_text(encoding="utf-8").partition("\nstandards *ARGS:\n")
    write(service, {"justfile": f"{JUSTFILE}{recipe[1]}{recipe[2]}", "pyproject.toml": PYPROJECT})
    write(service, {".gitignore": "*.local\n/notes\n__pycache__/\n"})
    run("uv", "lock", "--quiet", folder=service, seconds=300)
    commit(service, "Have checks.")
    return service


@pytest.fixture
def repository(origin: Path, tmp_path: Path) -> Path:
    """A copy to push to: its checked-out branch is another, as a bare one has none."""
    git(tmp_path, "clone", "--quiet", str(origin), str(tmp_path / "origin"))
    git(tmp_path / "origin", "config", "receive.denyCurrentBranch", "ignore")
    return tmp_path / "origin"


@pytest.fixture
def github(programs: Programs) -> Programs:
    """A repository with neither issue nor pull request."""
    for kind in ("issue", "pr"):
        programs.answer(f"gh {kind} list", (0, "[]"))
    return programs


def test_a_release_opens_a_pull_request_with_what_it_does_and_the_checks(
    repository: Path, tmp_path: Path, github: Programs
) -> None:
    runner = _runner(repository, tmp_path, github)

    runner.run(update="standards")

    assert runner.failed() == []
    (created,) = _calls(github, "pr", "create")
    assert (_option(created, "--title"), _option(created, "--base")) == (TITLE, "main")
    assert _option(created, "--head") == BRANCH
    body = _option(created, "--body")
    assert "Checks: **passed**." in body
    assert "Updated from 1.0.0 to 2.0.0" in body
    assert "All is well." in body
    assert "added.txt" in body
    assert "close and reopen this pull request" in body
    assert git(repository, "show", f"{BRANCH}:added.txt") == "second\n"
    assert git(repository, "rev-list", "--count", f"main..{BRANCH}").strip() == "1"
    assert _calls(github, "issue", "create") == []


def test_a_second_week_refreshes_the_same_pull_request(
    repository: Path, tmp_path: Path, github: Programs
) -> None:
    _runner(repository, tmp_path, github).run(update="standards")
    github.answer("gh pr list", (0, json.dumps([{"number": 7, "title": "As somebody called it"}])))
    commit(repository, "Go on.")

    runner = _runner(repository, tmp_path, github)
    runner.run(update="standards")

    assert runner.failed() == []
    assert len(_calls(github, "pr", "create")) == 1
    (edited,) = _calls(github, "pr", "edit")
    assert edited[2] == "7"
    assert "Updated from 1.0.0 to 2.0.0" in _option(edited, "--body")
    assert git(repository, "rev-list", "--count", f"main..{BRANCH}").strip() == "1"


def test_commits_of_somebody_s_own_are_never_pushed_over(
    repository: Path, tmp_path: Path, github: Programs
) -> None:
    _runner(repository, tmp_path, github).run(update="standards")
    git(repository, "switch", "--quiet", BRANCH)
    (repository / "mine.txt").write_text("mine\n", encoding="utf-8")
    commit(repository, "Mend what the update broke.")
    git(repository, "switch", "--quiet", "main")
    mine = git(repository, "rev-parse", BRANCH)

    runner = _runner(repository, tmp_path, github)
    runner.run(update="standards")

    assert runner.ended["publish"]["result"] == "failure"
    assert "::error::update/standards holds commits of tests@acme.example" in runner.said("publish")
    assert git(repository, "rev-parse", BRANCH) == mine


def test_a_failed_check_is_in_the_pull_request_and_the_job_is_red(
    repository: Path, tmp_path: Path, github: Programs
) -> None:
    _rewrite(repository, "justfile", QUICK, RED)

    runner = _runner(repository, tmp_path, github)
    runner.run(update="standards")

    assert (runner.ended["prepare"]["result"], runner.ended["publish"]["result"]) == ("success", "failure")
    (created,) = _calls(github, "pr", "create")
    assert "Checks: **failed**." in _option(created, "--body")
    assert "It is not." in _option(created, "--body")


def test_edits_in_the_way_open_an_issue_that_lists_them_and_the_job_is_red(
    repository: Path, tmp_path: Path, github: Programs
) -> None:
    _rewrite(repository, CLASH, LINES, MINE)

    runner = _runner(repository, tmp_path, github)
    runner.run(update="standards")

    assert runner.ended["publish"]["result"] == "failure"
    assert "::error::edits are in the way" in runner.said("publish")
    (created,) = _calls(github, "issue", "create")
    assert _option(created, "--title") == TITLE
    assert re.search(rf"the same lines changed\s+{CLASH}", _option(created, "--body"))
    assert [call for call in github.calls() if call[0] == "pr"] == []
    assert git(repository, "branch", "--list", BRANCH) == ""


def test_the_issue_is_refreshed_and_closed_once_nothing_is_in_the_way(
    repository: Path, tmp_path: Path, github: Programs
) -> None:
    github.answer(
        "gh issue list", (0, json.dumps([{"number": 3, "title": "Other"}, {"number": 4, "title": TITLE}]))
    )
    _rewrite(repository, CLASH, LINES, MINE)
    _runner(repository, tmp_path, github).run(update="standards")
    _rewrite(repository, CLASH, MINE, LINES)

    runner = _runner(repository, tmp_path, github)
    runner.run(update="standards")

    assert runner.failed() == []
    assert [call[2] for call in _calls(github, "issue", "edit")] == ["4"]
    assert [call[2] for call in _calls(github, "issue", "close")] == ["4"]
    assert len(_calls(github, "pr", "create")) == 1


def test_an_error_of_the_update_is_red_and_opens_nothing(
    repository: Path, tmp_path: Path, github: Programs
) -> None:
    answers = (repository / ".copier-answers.yml").read_text(encoding="utf-8")
    (source,) = re.findall(r"(?m)^_src_path: (.+)$", answers)
    _rewrite(repository, ".copier-answers.yml", source, "/nowhere")

    runner = _runner(repository, tmp_path, github)
    runner.run(update="standards")

    assert {name: ended["result"] for name, ended in runner.ended.items()} == {
        "prepare": "failure",
        "publish": "failure",
    }
    assert "::error::just standards update: status 1" in runner.said("prepare")
    assert [call for call in github.calls() if "create" in call] == []


def test_newer_packages_come_in_a_pull_request_of_their_own(
    repository: Path, tmp_path: Path, github: Programs
) -> None:
    runner = _runner(repository, tmp_path, github)
    runner.run(update="packages")

    assert runner.failed() == []
    (created,) = _calls(github, "pr", "create")
    assert _option(created, "--title") == "Move to newer packages"
    assert "Checks: **passed**." in _option(created, "--body")
    changed = git(repository, "diff", "--name-only", "main", "update/packages").split()
    assert changed == ["uv.lock", "uv.toml"]
    assert "2026-10-08" in git(repository, "show", "update/packages:uv.toml")


def test_without_a_release_there_is_nothing_to_do(repository: Path, tmp_path: Path, github: Programs) -> None:
    run("uv", "run", "just", "standards", "update", folder=repository, seconds=300)
    commit(repository, "Update.")

    runner = _runner(repository, tmp_path, github)
    runner.run(update="standards")

    assert runner.failed() == []
    assert "Nothing to do." in runner.said("publish")
    assert {tuple(call[:2]) for call in github.calls()} == {("auth", "setup-git"), ("issue", "list")}


def test_what_others_wrote_never_sees_the_token(repository: Path, tmp_path: Path, github: Programs) -> None:
    _rewrite(repository, "justfile", QUICK, '    @echo "The token is [${GH_TOKEN:-}]."\n')

    runner = _runner(repository, tmp_path, github)
    runner.run(update="standards")

    (created,) = _calls(github, "pr", "create")
    assert "The token is []." in _option(created, "--body")


def _runner(repository: Path, folder: Path, programs: Programs) -> Runner:
    # One for all tests: making it takes longest.
    variables = {"UV_PROJECT_ENVIRONMENT": str(folder.parent / "environment")}
    return Runner(repository, "standards-update.yml", folder, programs.folder, variables)


def _rewrite(repository: Path, name: str, old: str, new: str) -> None:
    text = (repository / name).read_text(encoding="utf-8")
    assert old in text
    (repository / name).write_text(text.replace(old, new), encoding="utf-8")
    commit(repository, "Edit.")


def _calls(programs: Programs, *words: str) -> list[list[str]]:
    return [call for call in programs.calls() if call[: len(words)] == list(words)]


def _option(call: list[Any], name: str) -> str:
    return str(call[call.index(name) + 1])
