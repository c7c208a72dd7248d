"""`standards update` loses nothing: neither on the plain way, nor stopped, nor accepted, nor interrupted."""

import os
import shlex
import signal
import time
from pathlib import Path

import pytest

from tests.renders import REPOSITORY, Template, commit, conflicts, files, git
from tests.tools import attempt
from tests.update.small import (
    LINES,
    SCRIPT,
    SECOND,
    leftovers,
    make_service,
    make_template,
    standards,
    start,
    write,
)

IN_THE_WAY = """\
These edits of yours are in the way of the update:
  removed, with edits of yours     mail.py
  removed, with edits of yours     old name.txt
  removed, with edits of yours     removed.txt
  replaced, with edits of yours    image.bin
  the same lines changed           both.txt
  the same lines changed           clash.txt
  new, in the way of an ignored    notes/index.md  (notes)
  new, in the way of an ignored    settings.local  (settings.local)
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return make_template(tmp_path_factory.mktemp("small"))


@pytest.fixture
def service(template: Template, tmp_path: Path) -> Path:
    return make_service(template, tmp_path / "service")


def state(service: Path) -> tuple[dict[str, bytes], str, str]:
    return (
        files(service),
        git(service, "status", "--porcelain", "--ignored"),
        git(service, "rev-parse", "HEAD"),
    )


def edit_what_is_in_the_way(service: Path) -> None:
    write(
        service,
        {
            "mail.py": "MAIL = 1\nMINE = 2\n",
            "removed.txt": "mine\n",
            "removed.txt.kept": "kept before\n",
            "old name.txt": LINES + "mine\n",
            "image.bin": "\0mine\n",
            "clash.txt": LINES.replace("line 20\n", "line 20 of mine\n"),
            "both.txt": "mine\n",
            "edited.txt": LINES.replace("line 30\n", "line 30 of mine\n"),
            "notes": "ignored, mine\n",
            "settings.local": "ignored, mine\n",
            "uv.toml": 'exclude-newer = "2026-11-02T00:00:00Z"\n',
            "link.txt": None,
        },
    )
    (service / "link.txt").symlink_to("README.md")
    commit(service, "Edit.")


def test_harmless_edits_are_merged_and_the_result_is_staged(service: Path) -> None:
    write(service, {"edited.txt": LINES.replace("line 30\n", "line 30 of mine\n"), "mine.txt": "mine\n"})
    write(
        service,
        {
            "deleted.txt": None,
            "uv.toml": '# Mine.\nexclude-newer = "2026-10-01T00:00:00Z"\nno-build = true\n',
        },
    )
    (service / "tool.sh").chmod(0o755)
    commit(service, "Edit.")
    (service / "folder/__pycache__").mkdir()
    (service / "folder/__pycache__/only.pyc").write_bytes(b"")
    hook = f"#!/bin/sh\ntouch '{service}/hook-ran'\n"
    write(service, {".git/info/exclude": "__pycache__/\n", ".git/hooks/post-checkout": hook})
    (service / ".git/hooks/post-checkout").chmod(0o755)

    status, output = standards(service, "update")

    assert status == 0, output
    assert "Updated from 1.0.0 to 2.0.0: 3 new, 8 changed, 3 removed." in output
    assert "git diff --staged" in output
    both = LINES.replace("line 30\n", "line 30 of mine\n").replace("line 5\n", "line 5 of the template\n")
    assert (service / "edited.txt").read_text() == both
    assert (service / "mine.txt").read_text() == "mine\n"
    assert (service / "tool.sh").read_text() == "#!/bin/sh\necho second\n"
    assert os.access(service / "tool.sh", os.X_OK)
    gone = ("deleted.txt", "folder", "hook-ran")
    assert [name for name in gone if (service / name).exists()] == []
    assert (
        service / "uv.toml"
    ).read_text() == '# Mine.\nexclude-newer = "2026-11-01T00:00:00Z"\nno-build = true\n'
    assert "new    settings.local, which git ignores" in output
    assert (service / "settings.local").read_text() == "second\n"
    changed = git(service, "status", "--porcelain").splitlines()
    assert {line[1] for line in changed} == {" "}  # nothing is left unstaged


def test_an_update_can_be_taken_back_and_made_again_and_then_there_is_nothing_to_do(service: Path) -> None:
    before = state(service)
    assert standards(service, "update")[0] == 0
    git(service, "restore", "--staged", "--worktree", ".")
    for name in ("settings.local", "notes/index.md"):  # git-ignored: git can't take them back
        (service / name).unlink()
    (service / "notes").rmdir()
    assert state(service) == before

    assert standards(service, "update")[0] == 0
    commit(service, "Update.")
    status, output = standards(service, "update")

    assert status == 0
    assert "Nothing to do: this service is up to date with 2.0.0." in output
    assert git(service, "status", "--porcelain") == ""


def test_edits_in_the_way_stop_the_update_with_a_list_and_nothing_is_touched(service: Path) -> None:
    edit_what_is_in_the_way(service)
    before = state(service)

    status, output = standards(service, "update", "-d", "mail=false")

    assert status == 2
    assert IN_THE_WAY in output
    assert "--accept" in output
    assert state(service) == before


def test_accepted_losses_are_kept_beside_and_never_over_another_file(service: Path) -> None:
    edit_what_is_in_the_way(service)

    status, output = standards(service, "update", "-d", "mail=false", "--accept")

    assert status == 0, output
    assert "kept   removed.txt as removed.txt.kept-2" in output
    texts = {
        "mail.py.kept": "MAIL = 1\nMINE = 2\n",
        "removed.txt.kept": "kept before\n",
        "removed.txt.kept-2": "mine\n",
        "old name.txt.kept": LINES + "mine\n",
        "new name.txt": LINES,
        "image.bin": "\0second\n",
        "image.bin.kept": "\0mine\n",
        "notes": "ignored, mine\n",
        "notes.template/index.md": "second\n",
        "settings.local": "ignored, mine\n",
        "settings.local.template": "second\n",
        "uv.toml": 'exclude-newer = "2026-11-02T00:00:00Z"\n',
    }
    assert {name: (service / name).read_text() for name in texts} == texts
    assert (service / "link.txt").readlink() == Path("README.md")
    gone = ("mail.py", "removed.txt", "old name.txt")
    assert [name for name in gone if (service / name).exists()] == []


def test_an_accepted_conflict_holds_both_versions_and_git_knows_it(service: Path) -> None:
    edit_what_is_in_the_way(service)

    status, output = standards(service, "update", "--accept")

    assert status == 0
    assert "resolve the markers in clash.txt" in output
    assert conflicts(service) == ("both.txt", "clash.txt")
    marked = (
        "<<<<<<< before updating\nline 20 of mine\n=======\nline 20 of the template\n>>>>>>> after updating\n"
    )
    assert (service / "clash.txt").read_text() == LINES.replace("line 20\n", marked)
    assert git(service, "show", ":2:clash.txt") == LINES.replace("line 20\n", "line 20 of mine\n")
    assert git(service, "show", ":3:clash.txt") == SECOND["clash.txt"]
    git(service, "restore", "--staged", "--worktree", ".")
    assert (service / "clash.txt").read_text() == LINES.replace("line 20\n", "line 20 of mine\n")


def test_a_folder_that_the_team_moved_behind_a_link_stays_as_it_is(service: Path) -> None:
    (service / "pages").rename(service / "site")
    (service / "pages").symlink_to("site")
    commit(service, "Move.")

    status, output = standards(service, "update")

    assert status == 0, output
    assert (service / "pages").is_symlink()
    assert (service / "site/page.txt").read_text() == LINES


def test_a_service_in_a_folder_of_a_larger_repository_is_updated_and_the_rest_left_alone(
    template: Template, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    service = template.render(repository / "services/my acme", version="1.0.0")
    write(repository, {"other.txt": "first\n"})
    commit(repository, "First render")
    write(service, {"clash.txt": LINES.replace("line 20\n", "line 20 of mine\n"), "removed.txt": "mine\n"})
    commit(repository, "Edit.")
    write(repository, {"other.txt": "not committed\n"})

    status, output = standards(service, "update", "--accept")

    assert status == 0, output
    assert conflicts(repository) == ("services/my acme/clash.txt",)
    assert (service / "removed.txt.kept").read_text() == "mine\n"
    assert (service / "added.txt").read_text() == "second\n"
    assert (repository / "other.txt").read_text() == "not committed\n"
    assert git(repository, "diff", "--staged", "--name-only", "--", "other.txt") == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("line", ["Updating", "Comparing"])
def test_an_interrupted_update_leaves_nothing_behind(
    service: Path, number: signal.Signals, line: str
) -> None:
    before = state(service)
    process = start(service, "update")
    assert process.stdout is not None
    while not process.stdout.readline().startswith(line):
        assert process.poll() is None
    time.sleep(0.6)
    process.send_signal(number)
    process.send_signal(number)
    output = process.communicate(timeout=30)[0]

    assert process.returncode == 130, output
    assert "nothing was changed" in output
    assert leftovers(service) == []
    assert state(service) == before


def test_a_changed_answer_is_reported_and_so_is_one_that_the_new_release_no_longer_takes(
    template: Template, tmp_path: Path
) -> None:
    own = Template(tmp_path / "template")
    git(tmp_path, "clone", "--quiet", str(template.path), str(own.path))
    service = make_service(own, tmp_path / "service")
    questions = own.path / "copier.yml"
    questions.write_text(
        questions.read_text().replace("default: red, choices: [red, blue]", "default: blue, choices: [blue]")
    )
    own.release("3.0.0")

    status, output = standards(service, "update", "-d", "mail=false")

    assert status == 0, output
    assert "answer mail: True -> False" in output
    assert "answer colour: red -> blue" in output


def test_answers_can_change_without_another_release(service: Path) -> None:
    status, output = standards(service, "update", "--to", ":current:", "-d", "mail=false")
    assert status == 0, output
    assert "Updated from 1.0.0 to 1.0.0: 0 new, 1 changed, 1 removed." in output


def test_another_source_is_taken_and_recorded(template: Template, service: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(template.path), str(tmp_path / "moved"))
    assert standards(service, "update", "--source", str(tmp_path / "moved"))[0] == 0
    assert f"_src_path: {tmp_path}/moved\n" in (service / ".copier-answers.yml").read_text()


def test_a_recorded_relative_source_is_refused_with_the_fix(template: Template, service: Path) -> None:
    answers = service / ".copier-answers.yml"
    answers.write_text(answers.read_text().replace(str(template.path), f"../../{template.path.name}"))
    commit(service, "Record a relative source.")
    status, output = standards(service, "update")
    assert status == 1
    assert f"just standards update --source {service.parent.parent}/{template.path.name}" in output


def test_uncommitted_files_are_refused_with_the_commands(service: Path) -> None:
    write(service, {"new.txt": "mine\n"})
    git(service, "config", "status.showUntrackedFiles", "no")
    status, output = standards(service, "update")
    assert (status, "?? new.txt" in output, "git add -A && git commit" in output) == (1, True, True)


def test_edits_that_git_is_told_to_overlook_are_refused(service: Path) -> None:
    git(service, "update-index", "--assume-unchanged", "edited.txt")
    write(service, {"edited.txt": "overlooked\n"})
    status, output = standards(service, "update")
    assert (status, "git update-index --no-assume-unchanged" in output) == (1, True)
    assert (service / "edited.txt").read_text() == "overlooked\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "9.9.9"), "Unknown revision"),
        (("--to", "1.0.0~0", "--source", "../elsewhere"), "relative path"),
        (("--source", "/not/there"), "isn't there"),
        (("-d", "colour=green"), "colour"),
    ],
)
def test_a_mistake_gives_one_clear_message_and_changes_nothing(
    service: Path, arguments: tuple[str, ...], message: str
) -> None:
    before = state(service)
    status, output = standards(service, "update", *arguments)
    assert status == 1
    assert message in output.splitlines()[-1]
    assert state(service) == before


def test_a_downgrade_says_how_to_go_on(template: Template, service: Path) -> None:
    assert standards(service, "update")[0] == 0
    commit(service, "Update.")
    status, output = standards(service, "update", "--to", "1.0.0")
    assert status == 1
    assert "Downgrades are not supported. The recorded version is newer: give --to HEAD" in output


def test_a_folder_outside_git_and_one_without_a_commit_and_one_without_answers_are_refused(
    template: Template, tmp_path: Path
) -> None:
    service = template.render(tmp_path / "service", version="1.0.0")
    process = start(service, "update", GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert "git init && git add -A" in process.communicate()[0]
    git(service, "init", "--quiet", "--initial-branch=main")
    git(service, "add", "-A")
    assert "git add -A && git commit" in standards(service, "update")[1]
    commit(service, "First render")
    write(service, {".copier-answers.yml": "<<<<<<< ours\n_commit: 1.0.0\n"})
    commit(service, "Break.")
    assert "can't be read" in standards(service, "update")[1]
    write(service, {".copier-answers.yml": None})
    commit(service, "Delete.")
    assert standards(service, "update") == (
        1,
        "standards: no .copier-answers.yml here: run this in a service's folder "
        "(git log -- .copier-answers.yml if it was deleted)\n",
    )


def test_the_recipe_runs_with_a_pyproject_that_is_broken(service: Path) -> None:
    write(service, {"pyproject.toml": "<<<<<<< ours\n"})
    commit(service, "Break.")
    recipe = (
        (REPOSITORY / "template/justfile").read_text().split("\nstandards *ARGS:\n    @")[1].splitlines()[0]
    )
    command = recipe.replace("src/app/dev/standards.py", str(SCRIPT)).replace("{{ ARGS }}", "update")

    done = attempt(*shlex.split(command), folder=service)

    assert done.returncode == 0, done.stderr
    assert "Updated from 1.0.0 to 2.0.0" in done.stdout


def test_a_lock_that_fails_is_a_warning_with_the_next_command(service: Path) -> None:
    write(service, {"uv.lock": "version = 1\n", "pyproject.toml": "<<<<<<< broken\n"})
    commit(service, "Break.")
    status, output = standards(service, "update")
    assert status == 0
    assert "Not locked; the update itself is in place. When this is mended: uv lock --upgrade" in output
    assert (service / "added.txt").exists()


def test_a_lock_is_made_anew_and_staged(service: Path) -> None:
    project = '[project]\nname = "acme"\nversion = "1"\nrequires-python = ">=3.11"\n'
    write(service, {"uv.lock": 'version = 1\nrequires-python = ">=3.9"\n', "pyproject.toml": project})
    commit(service, "Lock.")
    status, output = standards(service, "update")
    assert (status, "Not locked" in output) == (0, False), output
    assert 'name = "acme"' in git(service, "show", ":uv.lock")
