"""The weekly pull requests: both jobs of standards-update.yml, with real releases and a gh that notes."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.renders import Template, commit, git
from tests.tools import run
from tests.workflows.programs import Programs
from tests.workflows.runner import Runner

TITLE = "Update to the newest release of the template"
BRANCH = "update/standards"
QUICK = "check:\n    @echo 'All is well.'\n"
RED = "check:\n    @echo 'It is not.' && exit 1\n"
PAGE = "docs/updates.md"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A service at GitHub, of a release before the last, whose own checks are quick."""
    folder = tmp_path_factory.mktemp("updates")
    template = Template.snapshot(folder / "template")
    service = template.render(folder / "service", {"preset": "minimal", "github_actions": True})
    justfile = service / "justfile"
    justfile.write_text(
        justfile.read_text(encoding="utf-8").replace("check: lint typecheck test\n", QUICK), encoding="utf-8"
    )
    _move_date(service)
    run("uv", "lock", "--quiet", folder=service, seconds=300)
    commit(service, "Render the service, with quick checks.")

    page = template.path / "template" / PAGE
    page.write_text(page.read_text(encoding="utf-8") + "\nOf the next release.\n", encoding="utf-8")
    template.release("1.1.0")
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
    assert "Updated from 1.0.0 to 1.1.0" in body
    assert "All is well." in body
    assert PAGE in body
    assert "close and reopen this pull request" in body
    assert "Of the next release." in git(repository, "show", f"{BRANCH}:{PAGE}")
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
    assert "Updated from 1.0.0 to 1.1.0" in _option(edited, "--body")
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
    text = (repository / PAGE).read_text(encoding="utf-8")
    _rewrite(repository, PAGE, text, f"{text}\nOf the team.\n")

    runner = _runner(repository, tmp_path, github)
    runner.run(update="standards")

    assert runner.ended["publish"]["result"] == "failure"
    assert "::error::edits are in the way" in runner.said("publish")
    (created,) = _calls(github, "issue", "create")
    assert _option(created, "--title") == TITLE
    assert re.search(rf"the same lines changed\s+{PAGE}", _option(created, "--body"))
    assert [call for call in github.calls() if call[0] == "pr"] == []
    assert git(repository, "branch", "--list", BRANCH) == ""


def test_the_issue_is_refreshed_and_closed_once_nothing_is_in_the_way(
    repository: Path, tmp_path: Path, github: Programs
) -> None:
    github.answer(
        "gh issue list", (0, json.dumps([{"number": 3, "title": "Other"}, {"number": 4, "title": TITLE}]))
    )
    text = (repository / PAGE).read_text(encoding="utf-8")
    _rewrite(repository, PAGE, text, f"{text}\nOf the team.\n")
    _runner(repository, tmp_path, github).run(update="standards")
    _rewrite(repository, PAGE, f"{text}\nOf the team.\n", text)

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
    source = re.findall(r"(?m)^_src_path: (.+)$", answers)[0]
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
    before = git(repository, "show", "main:uv.toml")

    runner = _runner(repository, tmp_path, github)
    runner.run(update="packages")

    assert runner.failed() == []
    (created,) = _calls(github, "pr", "create")
    assert _option(created, "--title") == "Move to newer packages"
    assert "Checks: **passed**." in _option(created, "--body")
    changed = git(repository, "diff", "--name-only", "main", "update/packages").split()
    assert changed == ["uv.lock", "uv.toml"]
    assert git(repository, "show", "update/packages:uv.toml") != before


def test_without_a_release_there_is_nothing_to_do(
    origin: Path, repository: Path, tmp_path: Path, github: Programs
) -> None:
    run("uv", "run", "just", "standards", "update", folder=repository, seconds=300)
    commit(repository, "Update.")

    runner = _runner(repository, tmp_path, github)
    runner.run(update="standards")

    assert runner.failed() == []
    assert "Nothing to do." in runner.said("publish")
    assert {tuple(call[:2]) for call in github.calls()} == {("auth", "setup-git"), ("issue", "list")}


def test_what_others_wrote_never_sees_the_token(repository: Path, tmp_path: Path, github: Programs) -> None:
    _rewrite(repository, "justfile", QUICK, 'check:\n    @echo "The token is [${GH_TOKEN:-}]."\n')

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


def _move_date(service: Path) -> None:
    """A second back, so that there are newer packages whatever the day is."""
    text = (service / "uv.toml").read_text(encoding="utf-8")
    (written,) = re.findall(r'exclude-newer = "(.+)"', text)
    earlier = datetime.fromisoformat(written) - timedelta(seconds=1)
    moved = text.replace(written, f"{earlier:%Y-%m-%dT%H:%M:%SZ}")
    (service / "uv.toml").write_text(moved, encoding="utf-8")


def _calls(programs: Programs, *words: str) -> list[list[str]]:
    return [call for call in programs.calls() if call[: len(words)] == list(words)]


def _option(call: list[Any], name: str) -> str:
    return str(call[call.index(name) + 1])
